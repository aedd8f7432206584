package io.weir.relay.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The one connection to one server: commands, and what it pushes. It never comes back; another one takes its place. */
final class Shard {
    private final Address address;
    private final StatefulRedisPubSubConnection<byte[], byte[]> connection;
    private final RedisPubSubAsyncCommands<byte[], byte[]> commands;

    /** Told on the connection's thread. */
    interface Listener {
        /** Something was published. */
        void message(byte[] channel, byte[] message);

        /** The server has ended a subscription, by our wish or because the slot has left it. */
        void unsubscribed(Shard shard, byte[] channel);

        /** The connection is gone. */
        void lost(Shard shard);
    }

    Shard(Address address, StatefulRedisPubSubConnection<byte[], byte[]> connection, Listener listener) {
        this.address = address;
        this.connection = connection;
        this.commands = connection.async();
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void smessage(byte[] channel, byte[] message) {
                listener.message(channel, message);
            }

            @Override
            public void sunsubscribed(byte[] channel, long count) {
                listener.unsubscribed(Shard.this, channel);
            }
        });
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                listener.lost(Shard.this);
            }
        });
    }

    Address address() {
        return address;
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    CompletionStage<List<Object>> known(Script script, byte[][] keys, byte[][] arguments) {
        return commands.evalsha(script.digest(), ScriptOutputType.MULTI, keys, arguments);
    }

    CompletionStage<List<Object>> whole(Script script, byte[][] keys, byte[][] arguments) {
        return commands.eval(script.source(), ScriptOutputType.MULTI, keys, arguments);
    }

    /** The next command is about a slot that is on its way to this server. */
    CompletionStage<String> asking() {
        return commands.asking();
    }

    CompletionStage<Long> publish(byte[] channel, byte[] message) {
        return commands.spublish(channel, message);
    }

    CompletionStage<Void> subscribe(byte[] channel) {
        return commands.ssubscribe(new byte[][] {channel});
    }

    CompletionStage<Void> unsubscribe(byte[] channel) {
        return commands.sunsubscribe(new byte[][] {channel});
    }

    CompletionStage<List<Object>> slots() {
        return commands.clusterSlots();
    }

    CompletionStage<String> info() {
        return commands.info();
    }

    CompletionStage<Void> close() {
        return connection.closeAsync();
    }
}
