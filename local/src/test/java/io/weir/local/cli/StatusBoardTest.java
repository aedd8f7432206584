package io.weir.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.local.stack.Part;
import io.weir.local.stack.PartState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusBoardTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void writesOneLinePerChangeWithoutATerminal() {
        var board = new StatusBoard(out, false);
        board.show(List.of(Part.EDGE), Map.of(Part.EDGE, "localhost:8080"));
        board.changed(Part.EDGE, PartState.STARTING);
        board.changed(Part.EDGE, PartState.UP);
        board.say("Weir is up: http://localhost:8080");

        assertThat(written().lines().toList())
                .hasSize(3)
                .satisfies(lines -> assertThat(lines.getFirst()).matches("edge +starts +localhost:8080"))
                .satisfies(lines -> assertThat(lines.get(1)).matches("edge +up +localhost:8080 +[0-9.]+ s"))
                .endsWith("Weir is up: http://localhost:8080");
        assertThat(written()).doesNotContain("\u001b");
    }

    @Test
    void drawsAgainInPlaceOnATerminal() {
        var board = new StatusBoard(out, true);
        board.show(List.of(Part.GATEWAY, Part.EDGE), Map.of());
        bytes.reset();
        board.changed(Part.EDGE, PartState.DOWN);

        assertThat(written()).startsWith("\u001b[2A\u001b[J").contains("gateway   waits", "edge      down");
    }

    @Test
    void keepsNotesAboveTheLines() {
        var board = new StatusBoard(out, true);
        board.show(List.of(Part.EDGE), Map.of());
        board.say("below");
        bytes.reset();
        board.note("above");

        assertThat(written())
                .startsWith("\u001b[3A\u001b[J")
                .contains("above\nedge")
                .contains("\n\nbelow\n");
    }

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
