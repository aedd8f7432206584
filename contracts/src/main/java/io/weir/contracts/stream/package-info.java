/** What every service says of a stream: how it ends, what it used, its header. Entry point: {@link io.weir.contracts.stream.EndReason}. */
@NullMarked
package io.weir.contracts.stream;

import org.jspecify.annotations.NullMarked;
