// GitHub's parser imports JSON without saying that it is, which Node.js wants to be told.
export const load = (url, context, next) =>
  next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context);
