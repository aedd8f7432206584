package io.weir.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.contracts.id.HeaderText;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTextTest {
    @ParameterizedTest
    @ValueSource(strings = {"alice", "a b", "a+b@c.example", "100%", "%41", "Zoë", "李雷", "👩‍💻", "a\nb"})
    void survivesTheWay(String name) {
        String value = HeaderText.encode(name);

        assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(value)).isTrue();
        assertThat(value).doesNotContain(" ", "\n");
        assertThat(HeaderText.decode(value)).isEqualTo(name);
    }

    @Test
    void leavesPlainNamesAsTheyAre() {
        assertThat(HeaderText.encode("user-1_a.b")).isEqualTo("user-1_a.b");
        assertThat(HeaderText.decode("a+b")).as("a plus is a plus").isEqualTo("a+b");
    }

    @Test
    void refusesHalfAnEscape() {
        assertThatThrownBy(() -> HeaderText.decode("100%")).isInstanceOf(IllegalArgumentException.class);
    }
}
