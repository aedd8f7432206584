package io.weir.relay.changes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import io.weir.relay.access.TopicTable;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Hub;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Tells workers that a message is there, whoever wrote it. Each node reads all changes itself, so a notice goes to this
 * node's subscribers only, and of these to those who may read the message.
 */
@Singleton
class Notices {
    private static final Logger LOG = Logger.getLogger(Notices.class);
    private static final List<String> TOPICS = List.of("worker_jobs", "new_messages");
    private static final String EVENT = "new_message";

    private final Hub hub;
    private final TopicTable table;
    private final ObjectMapper mapper;

    Notices(Hub hub, TopicTable table, ObjectMapper mapper) {
        this.hub = hub;
        this.table = table;
        this.mapper = mapper;
    }

    /** Tells it if it is a new message. */
    void tell(MessageChange change) {
        if (change.kind() != ChangeKind.INSERT) {
            return;
        }
        Readership readers = change.readership();
        try {
            var tenant = new TenantId(readers.tenant());
            var account = new AccountId(readers.account());
            Broadcast notice = notice(change.row());
            TOPICS.forEach(topic -> hub.tell(table.keyOf(tenant, account, topic), notice, readers));
        } catch (IllegalArgumentException e) {
            // Somebody else's row, with a tenant or an account that nobody can have: nobody may read it.
            LOG.debugf(e, "no notice of a row that is nobody's");
        }
    }

    private Broadcast notice(ObjectNode row) {
        ObjectNode payload = mapper.createObjectNode();
        payload.set("message_id", row.path(Column.ID.wire()));
        payload.set("workspace_id", row.path(Column.WORKSPACE_ID.wire()));
        payload.set("channel_id", row.path(Column.CHANNEL_ID.wire()));
        payload.set("author_id", row.path(Column.AUTHOR_ID.wire()));
        byte[] bytes = payload.toString().getBytes(StandardCharsets.UTF_8);
        return new Broadcast(EVENT, true, bytes, row.path(Column.ID.wire()).asText());
    }
}
