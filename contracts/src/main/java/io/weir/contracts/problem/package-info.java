/** RFC 9457 problems: one table for HTTP, SSE error bodies and WebSocket close codes. Entry point: {@link io.weir.contracts.problem.ProblemType}. */
@NullMarked
package io.weir.contracts.problem;

import org.jspecify.annotations.NullMarked;
