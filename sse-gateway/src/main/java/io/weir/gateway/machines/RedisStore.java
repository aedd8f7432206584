package io.weir.gateway.machines;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.weir.gateway.config.RedisConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;

/**
 * The fleet of several gateways, in Redis or Valkey. Registrations, drains and loads share one hash tag, so that a script
 * sees them together; each conversation's machine is a key of its own. Leases go by the server's clock.
 */
final class RedisStore implements FleetStore, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RedisStore.class);
    /** The load that a gateway has told counts for so long. */
    private static final Duration LOAD_LIFE = Duration.ofSeconds(15);

    private static final String NOW = """
            local t = redis.call('TIME')
            local now = t[1] * 1000 + math.floor(t[2] / 1000)
            """;

    /** Machines, until; id, body, lease, most. 0 for full, 1 for new, 2 for known. */
    private static final String PUT = NOW + """
            local known = redis.call('HEXISTS', KEYS[2], ARGV[1])
            if known == 0 and redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[4]) then return 0 end
            redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
            redis.call('HSET', KEYS[2], ARGV[1], string.format('%.0f', now + ARGV[3]))
            return 1 + known
            """;

    /** Until; id, lease. */
    private static final String HEARTBEAT = NOW + """
            local old = redis.call('HGET', KEYS[1], ARGV[1])
            if not old or tonumber(old) <= now then return 0 end
            redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now + ARGV[2]))
            return 1
            """;

    /** Machines, until, draining; id. */
    private static final String REMOVE = """
            redis.call('HDEL', KEYS[1], ARGV[1])
            redis.call('SREM', KEYS[3], ARGV[1])
            return redis.call('HDEL', KEYS[2], ARGV[1])
            """;

    /** Machines, until, draining, load, load's until; gateway, its load, life of that. */
    private static final String LOOK = NOW + """
            redis.call('HSET', KEYS[4], ARGV[1], ARGV[2])
            redis.call('HSET', KEYS[5], ARGV[1], string.format('%.0f', now + ARGV[3]))
            local machines = {}
            local leases = redis.call('HGETALL', KEYS[2])
            for i = 1, #leases, 2 do
              local left = tonumber(leases[i + 1]) - now
              if left <= 0 then
                redis.call('HDEL', KEYS[1], leases[i])
                redis.call('HDEL', KEYS[2], leases[i])
                redis.call('SREM', KEYS[3], leases[i])
              else
                machines[#machines + 1] = leases[i]
                machines[#machines + 1] = redis.call('HGET', KEYS[1], leases[i])
                machines[#machines + 1] = string.format('%.0f', left)
              end
            end
            local loads = {}
            local told = redis.call('HGETALL', KEYS[5])
            for i = 1, #told, 2 do
              if tonumber(told[i + 1]) <= now then
                redis.call('HDEL', KEYS[4], told[i])
                redis.call('HDEL', KEYS[5], told[i])
              elseif told[i] ~= ARGV[1] then
                loads[#loads + 1] = redis.call('HGET', KEYS[4], told[i])
              end
            end
            return {machines, redis.call('SMEMBERS', KEYS[3]), loads}
            """;

    private final RedisLink link;
    private final ObjectMapper json;
    private final RegistrationReader reader;
    private final String gateway;
    private final String prefix;
    private final Duration rememberSessions;
    private final String machines;
    private final String until;
    private final String draining;
    private final String load;
    private final String loadUntil;

    RedisStore(RedisLink link, RedisConfig config, ObjectMapper json, String gateway) {
        this.link = link;
        this.json = json;
        this.reader = new RegistrationReader(json);
        this.gateway = gateway;
        this.prefix = config.prefix();
        this.rememberSessions = config.rememberSessions();
        String tag = prefix + ":{fleet}:";
        this.machines = tag + "machines";
        this.until = tag + "until";
        this.draining = tag + "draining";
        this.load = tag + "load";
        this.loadUntil = tag + "load-until";
    }

    @Override
    public CompletionStage<Put> put(MachineSpec spec, Duration lease, int max) {
        return number(PUT, keys(machines, until), spec.id().toString(), print(spec), millis(lease), String.valueOf(max))
                .thenApply(answer -> switch (answer.intValue()) {
                    case 0 -> Put.FULL;
                    case 1 -> Put.CREATED;
                    default -> Put.RENEWED;
                });
    }

    @Override
    public CompletionStage<Boolean> heartbeat(MachineId id, Duration lease) {
        return number(HEARTBEAT, keys(until), id.toString(), millis(lease)).thenApply(answer -> answer == 1);
    }

    @Override
    public CompletionStage<Boolean> remove(MachineId id) {
        return number(REMOVE, keys(machines, until, draining), id.toString()).thenApply(answer -> answer == 1);
    }

    @Override
    public CompletionStage<Void> drain(MachineId id, boolean now) {
        return link.run(redis -> now ? redis.sadd(draining, id.toString()) : redis.srem(draining, id.toString()))
                .thenAccept(_ -> {});
    }

    @Override
    public CompletionStage<State> look(Map<MachineId, Integer> mine) {
        ObjectNode told = json.createObjectNode();
        mine.forEach((id, streams) -> {
            if (streams > 0) {
                told.put(id.toString(), streams);
            }
        });
        String[] keys = keys(machines, until, draining, load, loadUntil);
        return link.run(redis -> redis.<List<Object>>eval(
                        LOOK, ScriptOutputType.MULTI, keys, gateway, told.toString(), millis(LOAD_LIFE)))
                .thenApply(answer -> new State(
                        registered(texts(answer.get(0))), drained(texts(answer.get(1))), loads(texts(answer.get(2)))));
    }

    @Override
    public CompletionStage<Optional<MachineId>> home(SessionKey session) {
        return link.run(redis -> redis.get(key(session)))
                .thenApply(found -> Optional.ofNullable(found).map(MachineId::parse));
    }

    @Override
    public CompletionStage<Void> home(SessionKey session, MachineId machine) {
        return link.run(redis -> redis.set(key(session), machine.toString(), SetArgs.Builder.px(rememberSessions)))
                .thenAccept(_ -> {});
    }

    @Override
    public void close() {
        link.close();
    }

    private CompletionStage<Long> number(String script, String[] keys, String... arguments) {
        return link.run(redis -> redis.<Long>eval(script, ScriptOutputType.INTEGER, keys, arguments));
    }

    private List<Registered> registered(List<String> flat) {
        List<Registered> all = new ArrayList<>();
        for (int i = 0; i + 2 < flat.size(); i += 3) {
            String id = flat.get(i);
            try {
                MachineSpec spec =
                        reader.read(MachineId.parse(id), flat.get(i + 1).getBytes(StandardCharsets.UTF_8));
                all.add(new Registered(spec, Duration.ofMillis(Long.parseLong(flat.get(i + 2)))));
            } catch (RegistrationReader.Unsound | IllegalArgumentException e) {
                LOG.errorf("registration not understood machine=%s", id);
            }
        }
        return all;
    }

    private static Set<MachineId> drained(List<String> ids) {
        Set<MachineId> all = new HashSet<>();
        ids.forEach(id -> all.add(MachineId.parse(id)));
        return all;
    }

    private Map<MachineId, Integer> loads(List<String> told) {
        Map<MachineId, Integer> all = new HashMap<>();
        for (String one : told) {
            try {
                for (Map.Entry<String, JsonNode> entry : json.readTree(one).properties()) {
                    all.merge(MachineId.parse(entry.getKey()), entry.getValue().asInt(), Integer::sum);
                }
            } catch (JsonProcessingException | IllegalArgumentException e) {
                LOG.errorf("load of another gateway not understood");
            }
        }
        return all;
    }

    private static List<String> texts(Object answer) {
        List<String> texts = new ArrayList<>();
        for (Object one : (List<?>) answer) {
            texts.add(String.valueOf(one));
        }
        return texts;
    }

    /** As a registration's body, which is also how it is read again. */
    private String print(MachineSpec spec) {
        ObjectNode body = json.createObjectNode().put("address", spec.address().toString());
        if (spec.capacity() > 0) {
            body.put("capacity", spec.capacity());
        }
        ObjectNode labels = body.putObject("labels");
        spec.labels().forEach(labels::put);
        spec.dialect().ifPresent(dialect -> body.put("dialect", dialect.wire()));
        spec.secret().ifPresent(reference -> body.put("secret", reference.toString()));
        return body.toString();
    }

    /** Names of accounts and sessions do not belong into a shared store's keys. */
    private String key(SessionKey session) {
        try {
            String whole = session.tenant() + "\0" + session.account() + "\0" + session.session();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(whole.getBytes(StandardCharsets.UTF_8));
            return prefix + ":home:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }

    private static String[] keys(String... keys) {
        return keys;
    }
}
