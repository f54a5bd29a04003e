import type { SetupContext, SetupKit } from '#libs/connector-kit';

/**
 * A customer cannot enter the key alone: Greenhouse staff switches the stage on, and takes the key over a secure upload
 * link, not in the first letter. The four addresses are registered once per vendor; the key is the customer's own.
 */
export function setup({ vendorName, originOrgName, baseUrl, secretKey }: SetupContext): SetupKit {
  const urls = {
    listTests: `${baseUrl}/list_tests`,
    sendTest: `${baseUrl}/send_test`,
    testStatus: `${baseUrl}/test_status`,
    responseError: `${baseUrl}/response_error`,
  };
  return {
    urls,
    needsPublicHttps: true,
    email: {
      to: 'support@greenhouse.io',
      subject: `Please enable the ${vendorName} assessment integration for ${originOrgName}`,
      body: letter({ vendorName, originOrgName, secretKey }, urls),
    },
  };
}

function letter(
  { vendorName, originOrgName, secretKey }: Omit<SetupContext, 'baseUrl' | 'secretId'>,
  urls: { listTests: string; sendTest: string; testStatus: string; responseError: string },
): string {
  return `How to use this: send the message below the line to your Greenhouse account manager or to Greenhouse Support.
They answer with a link for secure upload. Enter this API key there; Greenhouse asks not to put it into the ticket:

${secretKey}

---------------------------------------------------------------------------------------------------

Hello Greenhouse team,

please enable the ${vendorName} assessment integration for our organization, ${originOrgName}.

We have an API key from ${vendorName} for this. Please send us a secure upload link so that we can enter it.
(HTTP Basic authentication: the key is the user name, the password is empty.)

The partner's endpoints:

list_tests:      ${urls.listTests}
send_test:       ${urls.sendTest}
test_status:     ${urls.testStatus}
response_error:  ${urls.responseError}

They are the same for every customer of ${vendorName}; only the key is ours. If they are registered for the partner
already, only the key has to be added. Completed tests are announced by PATCH to the "url" of the order; no polling
is needed.

Please tell us when the ${vendorName} stage can be added to our interview plans.

Thank you
${originOrgName}
`;
}
