// client-node.mjs NAMESPACE: uses @kubernetes/client-node as programs do, against the cluster of KUBECONFIG, and says what it sees, a line each.
// First the typed calls, then an informer that goes on until it is killed.
import { createRequire } from 'node:module';
import { PassThrough } from 'node:stream';

const require = createRequire(process.env.CLIENTS_DIRECTORY + '/');
const k8s = require('@kubernetes/client-node');

const namespace = process.argv[2];
const config = new k8s.KubeConfig();
config.loadFromDefault();
const core = config.makeApiClient(k8s.CoreV1Api);
const apps = config.makeApiClient(k8s.AppsV1Api);
const say = (...words) => console.log(words.join(' '));

await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'typed' }, data: { a: '1' } } });
const patched = await core.patchNamespacedConfigMap({ namespace, name: 'typed', body: [{ op: 'replace', path: '/data/a', value: '2' }] });
say('patched', patched.data.a);
const read = await core.readNamespacedConfigMap({ namespace, name: 'typed' });
await core.replaceNamespacedConfigMap({ namespace, name: 'typed', body: { ...read, data: { a: '3' } } });
try {
  await core.replaceNamespacedConfigMap({ namespace, name: 'typed', body: { ...read, data: { a: '4' } } });
} catch (e) {
  say('conflict', e.code);
}
try {
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'Not_A_Name' } } });
} catch (e) {
  say('invalid', e.code, JSON.parse(e.body).reason);
}
await core.deleteNamespacedConfigMap({ namespace, name: 'typed' });
try {
  await core.readNamespacedConfigMap({ namespace, name: 'typed' });
} catch (e) {
  say('gone', e.code);
}

const labels = { app: 'typed' };
await apps.createNamespacedDeployment({
  namespace,
  body: {
    metadata: { name: 'typed' },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'busybox:1', command: ['sh', '-c', 'echo from the container; exec sleep 1000'] }] } },
    },
  },
});
const until = Date.now() + 60_000;
let pod;
while (!pod && Date.now() < until) {
  const pods = await core.listNamespacedPod({ namespace, labelSelector: 'app=typed' });
  pod = pods.items.find((p) => p.status?.phase === 'Running')?.metadata.name;
}
const log = new PassThrough();
let text = '';
log.on('data', (chunk) => { text += chunk; });
const logged = new Promise((resolve) => log.on('end', resolve));
await new k8s.Log(config).log(namespace, pod, 'main', log, { follow: false });
await logged;
say('logged', text.trim());
await apps.deleteNamespacedDeployment({ namespace, name: 'typed' });

const path = `/api/v1/namespaces/${namespace}/configmaps`;
const informer = k8s.makeInformer(config, path, () => {
  say('list');
  return core.listNamespacedConfigMap({ namespace });
});
for (const event of ['add', 'update', 'delete']) {
  informer.on(event, (map) => say(event, map.metadata.name, map.data?.k ?? ''));
}
informer.on('connect', () => say('connect'));
informer.on('error', (error) => {
  say('error', String(error?.message ?? error).split('\n')[0]);
  setTimeout(start, 500); // as the library's own examples do: it does not go on by itself
});
const start = () => informer.start().catch(() => setTimeout(start, 500));
start();
