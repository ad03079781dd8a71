// client-node-fields.mjs: compares the server's OpenAPI 3 with what the client library knows of the same kinds, and says what is different, a line each:
// «missing PATH» is a field of Kubernetes that the server does not know, «extra PATH» one that only the server knows and that people write (not in a status),
// «required PATH» one that only Kubernetes requires of people, «optional PATH» one that only the server does,
// «kind NAME» a kind that the library has not.
// At last how many kinds and fields were compared.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(process.env.CLIENTS_DIRECTORY + '/');
const k8s = require('@kubernetes/client-node');

const config = new k8s.KubeConfig();
config.loadFromDefault();
const server = config.getCurrentCluster().server;
const options = await config.applyToFetchOptions({});
const get = async (path) => {
  const answer = await require('node-fetch').default(server + path, options);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
};

const capital = (word) => word[0].toUpperCase() + word.slice(1);
const modelOf = ({ group, version, kind }) =>
  k8s[`${capital(group.split('.')[0] || 'core')}${capital(version)}${kind}`] ?? k8s[capital(version) + kind];

// Whether a field is required, only the declarations of the library's types say.
const models = join(dirname(require.resolve('@kubernetes/client-node')), 'gen', 'models');
const requires = (type, field) => new RegExp(`^    '_?${field}':`, 'm').test(readFileSync(join(models, `${type}.d.ts`), 'utf8'));

let kinds = 0;
let fields = 0;
for (const path of Object.values((await get('/openapi/v3')).paths)) {
  const { schemas } = (await get(path.serverRelativeURL)).components;
  const resolve = (schema) => {
    const reference = schema?.$ref ?? schema?.allOf?.[0]?.$ref;
    return reference ? schemas[reference.split('/').pop()] : schema;
  };
  const compare = (type, schema, where) => {
    const inner = /^(?:Array<(.*)>|\{ \[key: string\]: (.*?);? \})$/.exec(type);
    if (inner) {
      compare(inner[1] ?? inner[2], resolve(inner[1] ? schema.items : schema.additionalProperties), where + (inner[1] ? '[]' : '.*'));
      return;
    }
    const model = k8s[type];
    if (!model?.getAttributeTypeMap || !schema?.properties) return; // a plain value, or one that the server takes as it comes
    const known = new Map(model.getAttributeTypeMap().map((a) => [a.baseName, a.type]));
    for (const [name, fieldType] of known) {
      fields++;
      if (!schema.properties[name]) {
        console.log(`missing ${where}.${name}`);
        continue;
      }
      if (!where.includes('.status') && requires(type, name) !== (schema.required ?? []).includes(name)) console.log(`${requires(type, name) ? 'required' : 'optional'} ${where}.${name}`);
      compare(fieldType, resolve(schema.properties[name]), `${where}.${name}`);
    }
    for (const name of Object.keys(schema.properties)) {
      if (!known.has(name) && !where.includes('.status')) console.log(`extra ${where}.${name}`);
    }
  };
  for (const schema of Object.values(schemas)) {
    for (const served of schema['x-kubernetes-group-version-kind'] ?? []) {
      const model = modelOf(served);
      if (!model) console.log(`kind ${served.group}/${served.version} ${served.kind}`);
      else {
        kinds++;
        compare(model.name, schema, `${served.kind}.${served.version}`);
      }
    }
  }
}
console.log(`compared ${kinds} kinds, ${fields} fields`);
