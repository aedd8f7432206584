/** Outcomes, and the one table from failure to {@code application/problem+json}. Entry point: {@link io.weir.metering.answer.Outcome}. */
@NullMarked
package io.weir.metering.answer;

import org.jspecify.annotations.NullMarked;
