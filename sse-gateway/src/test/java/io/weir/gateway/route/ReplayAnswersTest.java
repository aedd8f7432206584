package io.weir.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.weir.gateway.config.RoutingConfig;
import io.weir.gateway.machines.MachineId;
import java.util.Map;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.Test;

class ReplayAnswersTest {
    private static final MachineId MACHINE = new MachineId("support", "3d8d9014");

    private static ReplayAnswers with(Map<String, String> settings) {
        RoutingConfig config = new SmallRyeConfigBuilder()
                .withMapping(RoutingConfig.class)
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .withConverters(new Converter<?>[] {new MemorySizeConverter(), new DurationConverter()})
                .build()
                .getConfigMapping(RoutingConfig.class);
        return new ReplayAnswers(new ObjectMapper(), config);
    }

    @Test
    void namesInstanceAndAppSeparatedBySemicolons() {
        assertThat(with(Map.of()).header(MACHINE)).isEqualTo("instance=3d8d9014;app=support");
    }

    @Test
    void separatesByCommasWhereItIsToldTo() {
        assertThat(with(Map.of("weir.gateway.replay.separator", ",")).header(MACHINE))
                .isEqualTo("instance=3d8d9014,app=support");
    }
}
