package io.weir.metering.openapi;

import java.util.List;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.jspecify.annotations.Nullable;

/** Amounts in micro-credits are {@code long} in code and strings in JSON. */
public final class AmountsAsText implements OASFilter {
    private static final String AMOUNT = "Micro";

    @Override
    public Schema filterSchema(Schema schema) {
        var properties = schema.getProperties();
        if (properties != null) {
            properties.forEach(AmountsAsText::asText);
        }
        return schema;
    }

    private static void asText(String name, @Nullable Schema amount) {
        if (amount != null && name.endsWith(AMOUNT)) {
            amount.setType(List.of(Schema.SchemaType.STRING));
            amount.setFormat(null);
            amount.setPattern("-?[0-9]{1,19}");
            amount.setExamples(List.of("1000000"));
        }
    }
}
