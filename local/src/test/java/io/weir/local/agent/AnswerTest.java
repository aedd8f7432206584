package io.weir.local.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {
    @Test
    void isTheSameForTheSameQuestionAndSpeaksOfIt() {
        String answer = String.join("", Answer.to("How do rivers meander?", -1));

        assertThat(answer)
                .isEqualTo(String.join("", Answer.to("How do rivers meander?", -1)))
                .containsAnyOf("rivers", "meander")
                .isEqualTo(answer.strip());
        assertThat(answer).isNotEqualTo(String.join("", Answer.to("How do glaciers move?", -1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 200, 5_000})
    void hasTheLengthAskedFor(int length) {
        assertThat(Answer.to("Tell me about dams", length)).hasSize(length);
    }

    @Test
    void answersAQuestionWithoutWords() {
        assertThat(String.join("", Answer.to("?", -1))).contains("your question");
    }
}
