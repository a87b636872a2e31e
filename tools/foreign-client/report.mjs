// Speaks gRPC to a broker with nothing but reflection: lists the services, then reports health.
// Standard input: {"address","admin_pak","agent_pak","report"}; standard output: {"services","accepted","refused"}.
import { readFileSync } from 'node:fs';
import grpc from '@grpc/grpc-js';
import { GrpcReflection } from 'grpc-js-reflection-client';

const given = JSON.parse(readFileSync(0, 'utf8'));
const credentials = grpc.ChannelCredentials.createInsecure();
const signed = (pak) => {
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${pak}`);
  return metadata;
};

const services = {};
for (const version of ['v1', 'v1alpha'])
  services[version] = await new GrpcReflection(given.address, credentials, {}, version).listServices('*', signed(given.admin_pak));

const reflection = new GrpcReflection(given.address, credentials, {}, 'v1');
const descriptor = await reflection.getDescriptorBySymbol('brokkr.v1.HealthService', signed(given.admin_pak));
const { brokkr } = descriptor.getPackageObject({ keepCase: true, enums: String, longs: String, defaults: true });
const client = new brokkr.v1.HealthService(given.address, credentials);
const call = (pak) => new Promise((answer) =>
  client.ReportHealth(given.report, signed(pak), { deadline: Date.now() + 20000 }, (error, response) => answer({ error, response })));

const accepted = await call(given.agent_pak);
const refused = await call('brokkr_agt_nonsense');
console.log(JSON.stringify({
  services,
  accepted: accepted.error ? `${accepted.error}` : accepted.response,
  refused: { code: refused.error?.code, details: refused.error?.details },
}));
client.close();
process.exit(0);
