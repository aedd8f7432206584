package io.weir.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;

class ChartsTest {
    @Test
    void drawsABarForEachPeer() throws Exception {
        String chart = new BarChart("µs < ms")
                .group(new BarChart.Group("load", List.of(new BarChart.Bar("Weir", 2), new BarChart.Bar("a & b", 4))))
                .toString();

        // A background and two bars, the second twice as long.
        assertThat(elements(chart, "rect")).isEqualTo(3);
        assertThat(chart).contains("width=\"230.0\"", "width=\"460.0\"", "a &amp; b", "µs &lt; ms");
    }

    @Test
    void drawsALineForEachPeerEvenWhereAMessageNeverCame() throws Exception {
        String chart = new PercentileChart("latency", List.of(50.0, 99.9))
                .line(new PercentileChart.Line("Weir", List.of(0.5, 20.0)))
                .line(new PercentileChart.Line("lossy", List.of(3.0, Double.POSITIVE_INFINITY)))
                .toString();

        assertThat(elements(chart, "polyline")).isEqualTo(2);
        assertThat(chart).contains("p99.9").doesNotContain("NaN").doesNotContain("Infinity");
    }

    @ParameterizedTest
    @CsvSource({"0.123,0.12", "12.34,12.3", "123.4,123", "45678,'45,678'", "Infinity,∞", "NaN,–"})
    void writesFiguresWithThreeDigits(double value, String text) {
        assertThat(Table.figure(value)).isEqualTo(text);
    }

    @Test
    void refusesARowThatDoesNotFitItsTable() {
        var table = new Table("a", "b").row("1", "2");

        assertThatThrownBy(() -> table.row("1")).isInstanceOf(IllegalArgumentException.class);
        assertThat(table).hasToString("| a | b |\n|---|---:|\n| 1 | 2 |\n");
    }

    private static int elements(String svg, String name) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)))
                .getElementsByTagName(name)
                .getLength();
    }
}
