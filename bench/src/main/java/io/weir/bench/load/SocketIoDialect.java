package io.weir.bench.load;

import io.weir.bench.load.Dialect.Step.Ready;
import io.weir.bench.load.Dialect.Step.Refused;
import io.weir.bench.load.Dialect.Step.Say;
import io.weir.bench.load.Dialect.Step.Wait;
import java.util.Optional;

/**
 * socket.io over its WebSocket transport (Engine.IO 4):
 *
 * <pre>
 *   ◄ 0{…}  open        ► 40  connect        ◄ 40{…}  connected
 *   ► 420["join",t]     ◄ 430[]  joined      ◄ 42["token",…]  messages        ◄ 2  ping   ► 3  pong
 * </pre>
 */
final class SocketIoDialect implements Dialect {
    static final String PATH = "/socket.io/?EIO=4&transport=websocket";

    @Override
    public String path(int topic) {
        return PATH;
    }

    @Override
    public Optional<String> greeting(int subscriber, int topic) {
        return Optional.empty();
    }

    @Override
    public Step hear(String text, int topic) {
        if (text.startsWith("0")) {
            return new Say("40");
        }
        if (text.startsWith("40")) {
            return new Say("420[\"join\",\"t" + topic + "\"]");
        }
        if (text.startsWith("430")) {
            return new Ready();
        }
        return text.startsWith("44") ? new Refused(text) : new Wait();
    }

    @Override
    public Optional<String> keepAlive(byte only) {
        return only == '2' ? Optional.of("3") : Optional.empty();
    }
}
