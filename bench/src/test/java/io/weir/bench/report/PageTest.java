package io.weir.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
    @Test
    void replacesOneScenarioAndNothingElse(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("page.md"), "# Title\n\nBefore.\n");
        var page = new Page(file, folder.resolve("images"));
        page.write("one", new Section("first", Map.of("one.svg", "<svg/>")));
        page.write("two", new Section("second", Map.of()));
        Files.writeString(file, Files.readString(file) + "\nAfter.\n");

        page.write("one", new Section("third", Map.of()));

        assertThat(file).hasContent("""
                        # Title

                        Before.

                        <!-- bench:one begin -->
                        third
                        <!-- bench:one end -->

                        <!-- bench:two begin -->
                        second
                        <!-- bench:two end -->

                        After.
                        """);
        assertThat(folder.resolve("images/one.svg")).hasContent("<svg/>");
    }

    @Test
    void refusesAPageWhoseMarkersAreNoPair() {
        assertThatThrownBy(() -> Page.replaced("<!-- bench:one begin -->", "one", ""))
                .hasMessageContaining("one");
    }
}
