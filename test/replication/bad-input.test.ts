import { expect, test } from 'vitest';
import { isSupported } from '../../src/replicator/source-version.ts';

test.each(['3.5.0', '3.5.1', '3.5.2', '3.3.27', '3.0.0', '2.3.8'])(
  'a source of %s can not be followed (SOURCE_UNSUPPORTED_VERSION)',
  version => expect(isSupported(version)).toBe(false),
);

test.each(['3.4.0', '3.4.23', '3.5.3', '3.5.10', '3.5.20', '3.5.30', '3.6.14', '3.7.1'])(
  'a source of %s can be followed',
  version => expect(isSupported(version)).toBe(true),
);
