import express, { type Response, Router } from 'express';
// Not the package itself, which would run its bundle.
import swaggerFolder from 'swagger-ui-dist/absolute-path.js';
import type { Contract } from './contract.ts';
import { entityTag, matchesTag } from './entity-tag.ts';
import { escapeHtml, renderPage } from './html.ts';
import { HttpProblem } from './http-problem.ts';
import { contextOf } from './request-context.ts';

const SWAGGER_FILES = /^\/swagger-ui(-bundle\.js|\.css)$/;
const START_SWAGGER = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null });\n`;

/** `/openapi.json`, Swagger UI at `/docs` and a page per problem at `/problems/{word}`. Nothing from another host. */
export function contractPages(contract: Contract): Router {
  const router = Router({ caseSensitive: true });
  const json = JSON.stringify(contract.document);
  const tag = entityTag(json);
  router.get('/openapi.json', (request, response) => {
    label(response, '/openapi.json');
    response.set({ 'Cache-Control': 'no-cache', ETag: tag });
    if (matchesTag(request.headers['if-none-match'], tag)) response.status(304).end();
    else response.type('application/json').end(json);
  });

  router.get('/docs', (_request, response) => {
    label(response, '/docs');
    const head = '<link rel="stylesheet" href="/docs/swagger-ui.css">\n';
    const body =
      '<div id="docs"></div>\n<script src="/docs/swagger-ui-bundle.js"></script>\n<script src="/docs/start.js"></script>';
    response.type('html').end(renderPage("Loom's API", body, head));
  });
  router.get('/docs/start.js', (_request, response) => {
    label(response, '/docs');
    response.type('text/javascript').end(START_SWAGGER);
  });
  const files = express.static(swaggerFolder(), { index: false, maxAge: '1d', fallthrough: true });
  router.use('/docs', (request, response, next) => {
    if (!SWAGGER_FILES.test(request.path)) return next();
    label(response, '/docs');
    files(request, response, next);
  });

  router.get('/problems/:word', (request, response) => {
    label(response, '/problems/{word}');
    const { word } = request.params;
    const problem = Object.hasOwn(contract.problems, word) ? contract.problems[word] : undefined;
    if (problem === undefined)
      throw new HttpProblem({ word: 'not-found', detail: 'There is no problem of this name.' });
    const { status, title, mend } = problem;
    response
      .type('html')
      .end(
        renderPage(
          title,
          `<h1>${escapeHtml(title)}</h1>\n<p><code>${escapeHtml(word)}</code>, status ${status}</p>\n<p>${escapeHtml(mend)}</p>`,
        ),
      );
  });
  return router;
}

function label(response: Response, route: string): void {
  contextOf(response).route = route;
}
