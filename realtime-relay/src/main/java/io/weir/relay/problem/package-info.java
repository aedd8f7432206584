/** Failures of HTTP requests as problem+json. Entry point: {@link io.weir.relay.problem.ProblemException}. */
@NullMarked
package io.weir.relay.problem;

import org.jspecify.annotations.NullMarked;
