// As its documentation has it for streaming behind a server of one's own: no compression, which would buffer.
export default { compress: false, output: 'standalone', outputFileTracingRoot: import.meta.dirname };
