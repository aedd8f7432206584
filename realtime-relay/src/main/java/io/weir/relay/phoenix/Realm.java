package io.weir.relay.phoenix;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.relay.access.ApiKeys;
import io.weir.relay.access.TokenVerifier;
import io.weir.relay.access.TopicTable;
import io.weir.relay.changes.ChangeFeed;
import io.weir.relay.presence.PresenceConfig;
import io.weir.relay.replay.Replays;
import io.weir.relay.shares.Shares;
import io.weir.relay.shares.TopicRights;
import io.weir.relay.topics.Hub;
import java.time.Clock;

/**
 * What every socket works with.
 *
 * @param hub the topics
 * @param table who may do what on them
 * @param rights the same, with shares
 * @param shares the shares of sessions
 * @param replays broadcasts that are kept
 * @param verifier judges tokens
 * @param keys the opaque keys
 * @param mapper JSON
 * @param config bounds
 * @param presence bounds of presence
 * @param changes tells changes of the database
 * @param maxBindings bindings of {@code postgres_changes} that a channel may have
 * @param clock the time
 */
record Realm(
        Hub hub,
        TopicTable table,
        TopicRights rights,
        Shares shares,
        Replays replays,
        TokenVerifier verifier,
        ApiKeys keys,
        ObjectMapper mapper,
        SocketConfig config,
        PresenceConfig presence,
        ChangeFeed changes,
        int maxBindings,
        Clock clock) {
    /** True for what stands in a token's place without being one: an API key. */
    boolean isKey(String token) {
        return keys.isKey(token);
    }
}
