// Loaded before a hub's process: sends its connector of Greenhouse to the bench's stand-in. Plain JavaScript, since what
// strips types would stay in the memory that is measured.
const { default: greenhouse } = await import(
  new URL('../../../dist/connectors/greenhouse/index.js', import.meta.url).href
);

const at = process.env.BENCH_ATS_URL;
Object.assign(greenhouse.api.regions.us, { api: `${at}/api`, auth: `${at}/auth` });
