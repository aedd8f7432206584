/** Token counts by a real tokenizer, off the event loops. Entry point: {@link io.weir.gateway.counting.Tokenizer}. */
@NullMarked
package io.weir.gateway.counting;

import org.jspecify.annotations.NullMarked;
