package io.weir.local.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectiveTest {
    @Test
    void readsEveryKeyAndLeavesTheQuestion() {
        Directive.Parsed parsed = Directive.parse("What is a weir? "
                + "[[tokens=200 rate=50 fail_after=30 die_after=40 stall_after=10 stall=90s usage=2x dialect=chat]]");

        assertThat(parsed.text()).isEqualTo("What is a weir?");
        Directive directive = parsed.directive();
        assertThat(directive.tokens()).hasValue(200);
        assertThat(directive.tokensPerSecond()).isEqualTo(50);
        assertThat(directive.failAfter()).hasValue(30);
        assertThat(directive.dieAfter()).hasValue(40);
        assertThat(directive.stallAfter()).hasValue(10);
        assertThat(directive.stall()).isEqualTo(Duration.ofSeconds(90));
        assertThat(directive.usage()).isEqualTo(new Directive.Usage.Times(2));
        assertThat(directive.dialect()).contains(Spoken.CHAT);
    }

    @Test
    void hasDefaultsWithoutADirective() {
        Directive directive = Directive.parse("hello").directive();

        assertThat(directive.tokens()).isEmpty();
        assertThat(directive.tokensPerSecond()).isEqualTo(Directive.DEFAULT_TOKENS_PER_SECOND);
        assertThat(directive.usage()).isEqualTo(new Directive.Usage.Times(1));
        assertThat(directive.dialect()).isEmpty();
    }

    @Test
    void readsMillisecondsAndNoUsage() {
        Directive directive =
                Directive.parse("[[stall=250ms usage=none]] hi [[rate=1]]").directive();

        assertThat(directive.stall()).isEqualTo(Duration.ofMillis(250));
        assertThat(directive.usage()).isEqualTo(new Directive.Usage.None());
        assertThat(directive.tokensPerSecond()).isEqualTo(1);
    }

    @Test
    void readsTheQuirksOfAnAgent() {
        Directive directive = Directive.parse("[[limit=ignore usage=2x]] hi [[refuse=drain usage=split]]")
                .directive();

        assertThat(directive.quirks())
                .containsExactlyInAnyOrder(
                        Directive.Quirk.IGNORES_LIMIT, Directive.Quirk.REFUSES, Directive.Quirk.SPLITS_USAGE);
        assertThat(directive.usage()).isEqualTo(new Directive.Usage.Times(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"see [[wiki page]]", "[[color=red]]", "[[ ]]", "[[tokens]]", "[[tokens=1 color=red]]"})
    void takesOtherBracketsForText(String message) {
        assertThat(Directive.parse(message).text()).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokens=many",
                "tokens=-1",
                "rate=0",
                "rate=10001",
                "usage=0x",
                "dialect=morse",
                "stall=x",
                "limit=5",
                "refuse=all"
            })
    void refusesValuesThatMakeNoSense(String pair) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Directive.parse("[[" + pair + "]]"))
                .withMessageContaining(pair);
    }
}
