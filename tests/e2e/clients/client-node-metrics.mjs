// client-node-metrics.mjs NAMESPACE POD: what @kubernetes/client-node reads of a pod's and its node's usage, a line each, as soon as there is something.
import { createRequire } from 'node:module';

const require = createRequire(process.env.CLIENTS_DIRECTORY + '/');
const k8s = require('@kubernetes/client-node');

const [namespace, pod] = process.argv.slice(2);
const config = new k8s.KubeConfig();
config.loadFromDefault();
const core = config.makeApiClient(k8s.CoreV1Api);
const metrics = new k8s.Metrics(config);
const say = (...words) => console.log(words.join(' '));
const pause = () => new Promise((resolve) => setTimeout(resolve, 1_000));

let measured;
const until = Date.now() + 120_000;
while (!measured && Date.now() < until) {
  measured = (await metrics.getPodMetrics(namespace)).items.find((p) => p.metadata.name === pod);
  if (!measured) await pause();
}
say('pod', measured.metadata.name, measured.containers[0].name);
const used = await k8s.topPods(core, metrics, namespace);
const top = used.find((p) => p.Pod.metadata.name === pod);
say('busy', Number(top.CPU.CurrentUsage) > 0.1, Number(top.Memory.CurrentUsage) > 0);
const nodes = await metrics.getNodeMetrics();
say('node', nodes.items.length > 0, nodes.items.every((n) => parseInt(n.usage.cpu) > 0 && parseInt(n.usage.memory) > 0));
