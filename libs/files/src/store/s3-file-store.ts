import { Readable } from 'node:stream';
import type * as Sdk from '@aws-sdk/client-s3';
import type { Config } from '#libs/config';
import { FileStore, storeKey } from './file-store.js';

export type S3Settings = Extract<Config['files'], { kind: 's3' }>;

/** Files in a bucket of S3 or of something that speaks its protocol. */
export class S3FileStore extends FileStore {
  private constructor(
    private readonly sdk: typeof Sdk,
    private readonly client: Sdk.S3Client,
    private readonly bucket: string,
  ) {
    super();
  }

  /** The SDK is large, so it is loaded only where it is used. */
  static async open(settings: S3Settings): Promise<S3FileStore> {
    const { endpoint, region, accessKeyId, secretAccessKey, bucket } = settings;
    const sdk = await import('@aws-sdk/client-s3');
    const client = new sdk.S3Client({
      region,
      // Without keys of our own the SDK finds those of the machine.
      ...(accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}),
      // Most stores that are not S3 itself have no name per bucket.
      ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    return new S3FileStore(sdk, client, bucket);
  }

  async write(id: string, content: AsyncIterable<Buffer>): Promise<void> {
    const Key = storeKey(id);
    const { Upload } = await import('@aws-sdk/lib-storage');
    // One part at a time: at most a few megabytes of a file are in memory. What fails half-way is never visible.
    const upload = new Upload({
      client: this.client,
      params: { Bucket: this.bucket, Key, Body: Readable.from(content) },
      queueSize: 1,
      leavePartsOnError: false,
    });
    await upload.done();
  }

  async read(id: string): Promise<Readable | null> {
    try {
      const { Body } = await this.client.send(
        new this.sdk.GetObjectCommand({ Bucket: this.bucket, Key: storeKey(id) }),
      );
      return (Body as Readable | undefined) ?? null;
    } catch (error) {
      if (error instanceof this.sdk.NoSuchKey) return null;
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    await this.client.send(new this.sdk.DeleteObjectCommand({ Bucket: this.bucket, Key: storeKey(id) }));
  }
}
