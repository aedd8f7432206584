package io.weir.relay.phoenix;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.relay.access.ApiKeys;
import io.weir.relay.access.TokenVerifier;
import io.weir.relay.access.TopicTable;
import io.weir.relay.changes.ChangeFeed;
import io.weir.relay.changes.ChangesConfig;
import io.weir.relay.presence.PresenceConfig;
import io.weir.relay.replay.Replays;
import io.weir.relay.shares.Shares;
import io.weir.relay.shares.TopicRights;
import io.weir.relay.topics.Hub;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Puts the realm together. */
@Singleton
class RealmSource {
    @Inject
    Hub hub;

    @Inject
    TopicTable table;

    @Inject
    TopicRights rights;

    @Inject
    Shares shares;

    @Inject
    Replays replays;

    @Inject
    TokenVerifier verifier;

    @Inject
    ApiKeys keys;

    @Inject
    ObjectMapper mapper;

    @Inject
    SocketConfig config;

    @Inject
    PresenceConfig presence;

    @Inject
    ChangeFeed changes;

    @Inject
    ChangesConfig changesConfig;

    @Inject
    Clock clock;

    Realm realm() {
        return new Realm(
                hub,
                table,
                rights,
                shares,
                replays,
                verifier,
                keys,
                mapper,
                config,
                presence,
                changes,
                changesConfig.bindings(),
                clock);
    }
}
