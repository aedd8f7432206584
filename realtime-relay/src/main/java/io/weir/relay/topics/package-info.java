/** Topics: who subscribes, what is said on them, who is present. Entry point: {@link io.weir.relay.topics.Hub}. */
@NullMarked
package io.weir.relay.topics;

import org.jspecify.annotations.NullMarked;
