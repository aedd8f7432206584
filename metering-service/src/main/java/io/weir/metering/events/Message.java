package io.weir.metering.events;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import io.vertx.sqlclient.Row;
import io.weir.metering.usage.UsageRecord;

/**
 * One message of the outbox, as a structured CloudEvent.
 *
 * @param id its place in the outbox
 * @param attempts tries so far, this one too
 * @param body JSON
 */
record Message(long id, int attempts, String body) {
    private static final String SOURCE = "/weir/metering";

    static Message from(Row row, ObjectMapper json) {
        var event = json.createObjectNode()
                .put("specversion", "1.0")
                .put("id", Long.toString(row.getLong("message")))
                .put("source", SOURCE)
                .put("type", "dev.weir." + row.getString("type") + ".v1")
                .put("subject", row.getString("owner"))
                .put("time", row.getOffsetDateTime("created_at").toInstant().toString())
                .put("datacontenttype", "application/json");
        String data = row.getString("data");
        if (data == null) {
            event.set("data", json.valueToTree(UsageRecord.from(row)));
        } else {
            event.putRawValue("data", new RawValue(data));
        }
        return new Message(row.getLong("message"), row.getInteger("attempts"), event.toString());
    }
}
