// Holds what the proxy answers, and what it is asked, against its own OpenAPI document.
import Ajv2020 from 'ajv/dist/2020.js';

/** `/key/{key}/regenerate` as a regular expression. */
const pattern = (path) => new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`);

export class Description {
  #operations = [];
  #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });

  constructor(document) {
    this.#ajv.addSchema({ $id: 'api', components: document.components });
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const schema = (content) => content?.['application/json']?.schema;
        this.#operations.push({
          name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, pattern: pattern(path),
          isModelCall: operation['x-access'] === 'model_call',
          answer: schema(operation.responses['200']?.content), request: schema(operation.requestBody?.content),
        });
      }
    }
    // A path without parameters wins.
    this.#operations.sort((a, b) => a.path.includes('{') - b.path.includes('{'));
  }

  static async of(url, key) {
    const response = await fetch(`${url}/openapi.json`, { headers: { authorization: `Bearer ${key}` } });
    if (!response.ok) throw new Error(`no description of the API: ${response.status}`);
    return new Description(await response.json());
  }

  /** Throws when a successful exchange is not as it is described. */
  check({ method, target, status, body, json }) {
    if (status !== 200) return;
    const path = target.split('?')[0];
    const operation = this.#operations.find((each) => each.method === method && each.pattern.test(path));
    if (!operation || operation.isModelCall) return;
    this.#validate(operation, 'answer', json);
    if (body !== undefined && typeof body !== 'string') this.#validate(operation, 'request', body);
  }

  #validate(operation, what, value) {
    if (!operation[what] || value === undefined) return;
    const name = `${what} ${operation.name}`;
    const text = JSON.stringify(operation[what]).replaceAll('"#/components', '"api#/components');
    const validate = (operation[`${what}Validator`] ??= this.#ajv.compile(JSON.parse(text)));
    if (!validate(value)) throw new Error(`${name}: ${this.#ajv.errorsText(validate.errors.slice(0, 5))}\n${JSON.stringify(value).slice(0, 2000)}`);
  }
}
