package io.weir.bench.peer;

import io.weir.bench.pipe.PipeMain;
import java.util.Map;
import java.util.stream.Stream;

/** A bare pipe on Weir's own HTTP library: the least that two hops on it can cost. Always there. */
public final class PipeHop implements Hop {
    @Override
    public String title() {
        return "bare Vert.x pipe";
    }

    @Override
    public String configuration() {
        return "a program of this repository that passes bytes on and does nothing else; JVM `"
                + String.join(" ", OwnProgram.JVM) + "`";
    }

    @Override
    public String get() {
        return "Vert.x";
    }

    @Override
    public Launch launch(String name, int port, int upstream) {
        return new Launch(
                Stream.concat(
                                OwnProgram.command(PipeMain.class).stream(),
                                Stream.of(Integer.toString(port), Integer.toString(upstream)))
                        .toList(),
                Map.of());
    }
}
