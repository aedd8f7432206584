package io.weir.metering.openapi;

import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;

/** The OpenAPI document as it is published: amounts as text, an example of every body, and what is answered on refusal. */
public final class PublishedDocument implements OASFilter {
    private final AmountsAsText amounts = new AmountsAsText();

    @Override
    public Schema filterSchema(Schema schema) {
        return amounts.filterSchema(schema);
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        Examples.read().addTo(document);
        Refusals.addTo(document);
    }
}
