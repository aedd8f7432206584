/** The one place where a failure becomes {@code application/problem+json}. Entry point: {@link io.weir.edge.problems.ProblemWriter}. */
@NullMarked
package io.weir.edge.problems;

import org.jspecify.annotations.NullMarked;
