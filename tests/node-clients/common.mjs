// What all scenarios share. The base address comes from the test that runs them.
export const base = process.env.ORLEANSAI_URL;

// And the key that the server asks for.
export const key = process.env.ORLEANSAI_KEY;

export const weatherSchema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

/** Runs one scenario and says that it passed; what it throws ends the program. */
export async function scenario(name, run) {
  try {
    await run();
    console.log(`passed: ${name}`);
  } catch (error) {
    console.error(`FAILED: ${name}`);
    throw error;
  }
}
