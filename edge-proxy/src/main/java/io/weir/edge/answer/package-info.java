/** One answer on its way to one reader: where its events come from and how they reach the reader. Entry point: {@link io.weir.edge.answer.Answers}. */
@NullMarked
package io.weir.edge.answer;

import org.jspecify.annotations.NullMarked;
