namespace Aurora.Chaos.Runner.Database;

/// <summary>
/// Notes every committed change from outside the product: triggers write in the same transaction, so what they noted is
/// exactly what was committed. The name of the connection says which process wrote. Columns that an earlier release lacks are read
/// by name.
/// </summary>
internal static class AuditSchema
{
    public const string Create =
        """
        CREATE SCHEMA chaos;
        CREATE SEQUENCE chaos.seq;

        CREATE TABLE chaos.task_events (
            seq bigint PRIMARY KEY DEFAULT nextval('chaos.seq'),
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            task_id text NOT NULL, phase smallint NOT NULL, attempt integer NOT NULL, node_id text, node_epoch bigint NOT NULL,
            gpus integer[] NOT NULL, gpu_count integer NOT NULL, memory_bytes bigint NOT NULL, gpu_type text,
            task_type text NOT NULL, priority smallint NOT NULL, submitted_at timestamptz NOT NULL, not_before timestamptz,
            members json, members_open bigint NOT NULL,
            writer text NOT NULL DEFAULT current_setting('application_name'));

        CREATE TABLE chaos.epochs (
            seq bigint PRIMARY KEY DEFAULT nextval('chaos.seq'),
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            pool text NOT NULL, epoch bigint NOT NULL,
            writer text NOT NULL DEFAULT current_setting('application_name'));

        CREATE FUNCTION chaos.note_task() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO chaos.task_events (task_id, phase, attempt, node_id, node_epoch, gpus, gpu_count, memory_bytes,
                gpu_type, task_type, priority, submitted_at, not_before, members, members_open)
            VALUES (NEW.task_id, NEW.phase, NEW.attempt, NEW.node_id, NEW.node_epoch, NEW.gpus, NEW.gpu_count, NEW.memory_bytes,
                NEW.gpu_type, NEW.task_type, NEW.priority, NEW.submitted_at, NEW.not_before,
                (to_jsonb(NEW)->>'members')::json, coalesce((to_jsonb(NEW)->>'members_open')::bigint, 0));
            RETURN NULL;
        END $$;

        CREATE FUNCTION chaos.note_epoch() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO chaos.epochs (pool, epoch) VALUES (NEW.pool, NEW.epoch);
            RETURN NULL;
        END $$;

        CREATE TRIGGER chaos_note AFTER INSERT OR UPDATE ON public.tasks FOR EACH ROW EXECUTE FUNCTION chaos.note_task();
        CREATE TRIGGER chaos_note AFTER INSERT OR UPDATE ON public.schedulers FOR EACH ROW EXECUTE FUNCTION chaos.note_epoch();
        INSERT INTO chaos.epochs (pool, epoch, writer) SELECT pool, epoch, $1 FROM public.schedulers;
        """;

    public const string ReadTaskEvents =
        """
        SELECT json_build_object('seq', seq, 'at', (extract(epoch FROM at) * 1000000)::bigint, 'task_id', task_id, 'phase', phase,
            'attempt', attempt, 'node_id', node_id, 'node_epoch', node_epoch, 'gpus', gpus, 'gpu_count', gpu_count,
            'memory_bytes', memory_bytes, 'gpu_type', gpu_type, 'task_type', task_type, 'priority', priority,
            'submitted_at', (extract(epoch FROM submitted_at) * 1000000)::bigint,
            'not_before', (extract(epoch FROM not_before) * 1000000)::bigint, 'members', members, 'members_open', members_open,
            'writer', writer)::text
        FROM chaos.task_events ORDER BY seq
        """;

    public const string ReadEpochs =
        """
        SELECT json_build_object('seq', seq, 'at', (extract(epoch FROM at) * 1000000)::bigint, 'pool', pool, 'epoch', epoch,
            'writer', writer)::text
        FROM chaos.epochs ORDER BY seq
        """;

    public const string ReadTasks =
        "SELECT task_id, phase, attempt, node_id, node_epoch, payload, result, error FROM public.tasks ORDER BY task_id";
}
