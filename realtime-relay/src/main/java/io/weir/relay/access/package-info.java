/** Who a caller is, and what the topic table lets them do. Entry points: {@link io.weir.relay.access.TokenVerifier}, {@link io.weir.relay.access.TopicTable}. */
@NullMarked
package io.weir.relay.access;

import org.jspecify.annotations.NullMarked;
