/** Redis or Valkey, one server or a cluster: scripts and sharded pub/sub over one connection a shard. Entry point: {@link io.weir.relay.redis.Redis}. */
@NullMarked
package io.weir.relay.redis;

import org.jspecify.annotations.NullMarked;
