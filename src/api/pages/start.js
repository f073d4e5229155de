const root = document.documentElement.dataset.root;
// The validator's badge would be fetched from the internet.
window.ui = SwaggerUIBundle({ url: `${root}/openapi.json`, dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });
