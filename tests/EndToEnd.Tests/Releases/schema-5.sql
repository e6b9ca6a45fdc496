--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: cluster_members; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cluster_members (
    deployment_id text NOT NULL COLLATE pg_catalog."C",
    address text NOT NULL COLLATE pg_catalog."C",
    port integer NOT NULL,
    generation integer NOT NULL,
    silo_name text NOT NULL,
    host_name text NOT NULL,
    status integer NOT NULL,
    proxy_port integer NOT NULL,
    suspect_times text,
    start_time timestamp with time zone NOT NULL,
    i_am_alive_time timestamp with time zone NOT NULL
);


--
-- Name: cluster_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cluster_version (
    deployment_id text NOT NULL COLLATE pg_catalog."C",
    version integer DEFAULT 0 NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: grain_state; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.grain_state (
    service_id text NOT NULL COLLATE pg_catalog."C",
    grain_type text NOT NULL COLLATE pg_catalog."C",
    key_text text NOT NULL COLLATE pg_catalog."C",
    key_n0 bigint NOT NULL,
    key_n1 bigint NOT NULL,
    version integer NOT NULL,
    payload bytea,
    modified_at timestamp with time zone NOT NULL
);


--
-- Name: nodes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.nodes (
    node_id text NOT NULL COLLATE pg_catalog."C",
    epoch bigint NOT NULL,
    registration text NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    cordoned boolean DEFAULT false NOT NULL,
    drain_deadline timestamp with time zone
);


--
-- Name: orleansquery; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.orleansquery (
    querykey character varying(64) NOT NULL,
    querytext character varying(8000) NOT NULL
);


--
-- Name: schedulers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schedulers (
    pool text NOT NULL COLLATE pg_catalog."C",
    epoch bigint NOT NULL
);


--
-- Name: schema_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_version (
    version integer NOT NULL,
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: tasks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tasks (
    node_epoch bigint NOT NULL,
    memory_bytes bigint NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    completed_at timestamp with time zone,
    attempt integer NOT NULL,
    gpu_count integer NOT NULL,
    phase smallint NOT NULL,
    priority smallint NOT NULL,
    task_id text NOT NULL COLLATE pg_catalog."C",
    task_type text NOT NULL,
    node_id text,
    gpus integer[] NOT NULL,
    gpu_type text,
    requirements text,
    payload text,
    result text,
    error text,
    failures integer DEFAULT 0 NOT NULL,
    losses integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 3 NOT NULL,
    not_before timestamp with time zone,
    request_hash text,
    memory_floor bigint DEFAULT 0 NOT NULL,
    controls text,
    webhook_due timestamp with time zone,
    webhook_attempts integer DEFAULT 0 NOT NULL,
    webhook_error text,
    CONSTRAINT tasks_ended_have_an_end CHECK (((phase >= 3) = (completed_at IS NOT NULL)))
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0.02', autovacuum_vacuum_threshold='1000', autovacuum_vacuum_insert_scale_factor='0.1', autovacuum_analyze_scale_factor='0.05', autovacuum_vacuum_cost_delay='0');


--
-- Data for Name: grain_state; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.grain_state VALUES ('aurora', 'aurora.access/access', 'key:keys', 0, 0, 1, '\x7b224b657973223a5b7b224b65794964223a22353163373561656461316265222c224e616d65223a2273746f726564222c2253636f706573223a5b226f706572617465225d2c2253656372657448617368223a227149736a714d424e644f66697570615439666d625a4f624f536a6469796935314670496a74326c524d52633d222c22437265617465644174223a22323032362d31312d32385431333a31333a32312e393931353933362b30303a3030222c2244656661756c745072696f72697479223a6e756c6c7d5d7d', '2026-11-28 13:13:22.21407+00');
INSERT INTO public.grain_state VALUES ('aurora', 'aurora.routes/routes', 'key:0', 0, 0, 1, '\x7b22526f75746573223a5b7b224e616d65223a2273746f7265642d726f757465222c2256617269616e7473223a5b7b224e616d65223a2261222c224d6f64656c223a226f6e65222c22576569676874223a312c224e6f64654c6162656c73223a6e756c6c7d2c7b224e616d65223a2262222c224d6f64656c223a2274776f222c22576569676874223a332c224e6f64654c6162656c73223a6e756c6c7d5d7d5d2c225365656e223a7b2273746f7265642d726f7574652f61223a7b2253696e6365223a22323032362d31312d32385431333a31333a32322e363632343837352b30303a3030222c225265717565737473223a302c224661696c75726573223a302c224c6174656e6379223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d2c224669727374546f6b656e223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d2c22546f6b656e7350657253223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d2c22436f7374223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d7d2c2273746f7265642d726f7574652f62223a7b2253696e6365223a22323032362d31312d32385431333a31333a32322e363632353637322b30303a3030222c225265717565737473223a302c224661696c75726573223a302c224c6174656e6379223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d2c224669727374546f6b656e223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d2c22546f6b656e7350657253223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d2c22436f7374223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d7d7d7d', '2026-11-28 13:13:22.764748+00');


--
-- Data for Name: nodes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.nodes VALUES ('stored-node', 1, '{"instance_id":"ebef946c67a742f4b9c40e07cc416dd3","gpus":[{"index":0,"type":"RTX 4090","memory_bytes":25769803776,"uuid":null}],"max_parallel":4,"task_types":["test"],"features":["attempts","acks","stop","heartbeat","output"],"running":[],"facts":"{\u0022os\u0022:\u0022Debian GNU/Linux 12 (bookworm)\u0022,\u0022arch\u0022:\u0022x64\u0022,\u0022agent_version\u0022:\u00220.1.0\u0022,\u0022cpu_cores\u0022:2,\u0022memory_bytes\u0022:25276510208,\u0022simulated\u0022:false,\u0022boot_id\u0022:\u0022762652c2-499a-4348-88c7-5964eac189df\u0022,\u0022labels\u0022:{\u0022os\u0022:\u0022linux\u0022,\u0022arch\u0022:\u0022x64\u0022},\u0022gpu_probe\u0022:\u0022stated\u0022,\u0022gpu_probe_notes\u0022:[],\u0022gpu_memory_reported_bytes\u0022:[25769803776],\u0022models_available\u0022:[],\u0022models_loaded\u0022:[],\u0022backends\u0022:[],\u0022gpu_count\u0022:1,\u0022gpu_type\u0022:\u0022RTX 4090\u0022,\u0022gpu_memory\u0022:24,\u0022gpus\u0022:[{\u0022type\u0022:\u0022RTX 4090\u0022,\u0022memory_gb\u0022:24,\u0022uuid\u0022:null}],\u0022max_parallel\u0022:4,\u0022task_types\u0022:[\u0022test\u0022],\u0022features\u0022:[\u0022attempts\u0022,\u0022acks\u0022,\u0022stop\u0022,\u0022heartbeat\u0022,\u0022output\u0022],\u0022instance_id\u0022:\u0022ebef946c67a742f4b9c40e07cc416dd3\u0022,\u0022running\u0022:[]}","transport":"websocket"}', '2026-11-28 13:13:17.936372+00', false, NULL);


--
-- Data for Name: orleansquery; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.orleansquery VALUES ('ReadFromStorageKey', '
SELECT payload AS PayloadBinary, version AS Version
FROM grain_state
WHERE service_id = @ServiceId AND grain_type = @GrainTypeString AND key_text = coalesce(@GrainIdExtensionString, '''')
  AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1');
INSERT INTO public.orleansquery VALUES ('WriteToStorageKey', '
WITH created AS (
    INSERT INTO grain_state (service_id, grain_type, key_text, key_n0, key_n1, version, payload, modified_at)
    SELECT @ServiceId, @GrainTypeString, coalesce(@GrainIdExtensionString, ''''), @GrainIdN0, @GrainIdN1, 1, @PayloadBinary, now()
    WHERE @GrainStateVersion::integer IS NULL
    ON CONFLICT DO NOTHING
    RETURNING version
), replaced AS (
    UPDATE grain_state SET version = version + 1, payload = @PayloadBinary, modified_at = now()
    WHERE service_id = @ServiceId AND grain_type = @GrainTypeString AND key_text = coalesce(@GrainIdExtensionString, '''')
      AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1 AND version = @GrainStateVersion::integer
    RETURNING version
)
SELECT coalesce((SELECT version FROM created), (SELECT version FROM replaced), @GrainStateVersion::integer) AS NewGrainStateVersion');
INSERT INTO public.orleansquery VALUES ('ClearStorageKey', '
WITH cleared AS (
    UPDATE grain_state SET version = version + 1, payload = NULL, modified_at = now()
    WHERE service_id = @ServiceId AND grain_type = @GrainTypeString AND key_text = coalesce(@GrainIdExtensionString, '''')
      AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1 AND version = @GrainStateVersion::integer
    RETURNING version
)
SELECT coalesce((SELECT version FROM cleared), @GrainStateVersion::integer) AS NewGrainStateVersion');
INSERT INTO public.orleansquery VALUES ('DeleteStorageKey', '
WITH deleted AS (
    DELETE FROM grain_state
    WHERE service_id = @ServiceId AND grain_type = @GrainTypeString AND key_text = coalesce(@GrainIdExtensionString, '''')
      AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1 AND version = @GrainStateVersion::integer
    RETURNING version + 1 AS version
)
SELECT coalesce((SELECT version FROM deleted), @GrainStateVersion::integer) AS NewGrainStateVersion');
INSERT INTO public.orleansquery VALUES ('InsertMembershipVersionKey', '
WITH created AS (
    INSERT INTO cluster_version (deployment_id) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1
)
SELECT count(*)::integer FROM created');
INSERT INTO public.orleansquery VALUES ('InsertMembershipKey', '
WITH advanced AS (
    UPDATE cluster_version SET version = version + 1, changed_at = now()
    WHERE deployment_id = @DeploymentId AND version = @Version AND NOT EXISTS (
        SELECT 1 FROM cluster_members
        WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
    RETURNING deployment_id
), joined AS (
    INSERT INTO cluster_members (
        deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, i_am_alive_time)
    SELECT deployment_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM advanced
    RETURNING 1
)
SELECT count(*)::integer FROM joined');
INSERT INTO public.orleansquery VALUES ('UpdateMembershipKey', '
WITH advanced AS (
    UPDATE cluster_version SET version = version + 1, changed_at = now()
    WHERE deployment_id = @DeploymentId AND version = @Version AND EXISTS (
        SELECT 1 FROM cluster_members
        WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
    RETURNING 1
), changed AS (
    UPDATE cluster_members SET status = @Status, suspect_times = @SuspectTimes, i_am_alive_time = @IAmAliveTime
    WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
      AND EXISTS (SELECT 1 FROM advanced)
    RETURNING 1
)
SELECT count(*)::integer FROM changed');
INSERT INTO public.orleansquery VALUES ('UpdateIAmAlivetimeKey', '
UPDATE cluster_members SET i_am_alive_time = @IAmAliveTime
WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation');
INSERT INTO public.orleansquery VALUES ('MembershipReadRowKey', '
SELECT v.deployment_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation,
    m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort,
    m.suspect_times AS SuspectTimes, m.start_time AS StartTime, m.i_am_alive_time AS IAmAliveTime, v.version AS Version
FROM cluster_version v
LEFT JOIN cluster_members m ON m.deployment_id = v.deployment_id
    AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
WHERE v.deployment_id = @DeploymentId');
INSERT INTO public.orleansquery VALUES ('MembershipReadAllKey', '
SELECT v.deployment_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation,
    m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort,
    m.suspect_times AS SuspectTimes, m.start_time AS StartTime, m.i_am_alive_time AS IAmAliveTime, v.version AS Version
FROM cluster_version v
LEFT JOIN cluster_members m ON m.deployment_id = v.deployment_id
WHERE v.deployment_id = @DeploymentId');
INSERT INTO public.orleansquery VALUES ('GatewaysQueryKey', '
SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation
FROM cluster_members
WHERE deployment_id = @DeploymentId AND status = @Status AND proxy_port > 0');
INSERT INTO public.orleansquery VALUES ('CleanupDefunctSiloEntriesKey', '
DELETE FROM cluster_members WHERE deployment_id = @DeploymentId AND i_am_alive_time < @IAmAliveTime AND status = 6');
INSERT INTO public.orleansquery VALUES ('DeleteMembershipTableEntriesKey', '
WITH members AS (DELETE FROM cluster_members WHERE deployment_id = @DeploymentId)
DELETE FROM cluster_version WHERE deployment_id = @DeploymentId');


--
-- Data for Name: schedulers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.schedulers VALUES ('default', 1);


--
-- Data for Name: schema_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.schema_version VALUES (1, '001-tasks.sql', '2026-11-28 13:13:09.243056+00');
INSERT INTO public.schema_version VALUES (2, '002-grain-state.sql', '2026-11-28 13:13:09.320889+00');
INSERT INTO public.schema_version VALUES (3, '003-cluster-membership.sql', '2026-11-28 13:13:09.35549+00');
INSERT INTO public.schema_version VALUES (4, '004-retries.sql', '2026-11-28 13:13:09.375072+00');
INSERT INTO public.schema_version VALUES (5, '005-controls.sql', '2026-11-28 13:13:09.39521+00');


--
-- Data for Name: tasks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tasks VALUES (1, 0, '2026-11-28 13:13:18.407622+00', '2026-11-28 13:13:20.406131+00', '2026-11-28 13:13:20.855039+00', 1, 0, 3, 5, 'task_01a22249e7257000a6ec78d5e83fd15b', 'test', 'stored-node', '{}', NULL, '{}', '{"payload": {"note": "kept as it was sent"}}', '{"echo":{"note":"kept as it was sent"},"node":"stored-node","task_id":"task_01a22249e7257000a6ec78d5e83fd15b","attempt":1,"gpus":[],"duration_ms":1.048}', NULL, 0, 0, 3, NULL, NULL, 0, '{"labels":{"kind":"stored"},"tenant":"lab"}', NULL, 0, NULL);
INSERT INTO public.tasks VALUES (1, 0, '2026-11-28 13:13:21.071256+00', '2026-11-28 13:13:21.133023+00', '2026-11-28 13:13:21.172178+00', 1, 0, 4, 5, 'task_01a22249f1ae700092870f870ba4e636', 'test', 'stored-node', '{}', NULL, '{}', '{"fail": "on purpose"}', NULL, 'on purpose', 1, 0, 1, NULL, NULL, 0, NULL, NULL, 0, NULL);
INSERT INTO public.tasks VALUES (0, 42949672960, '2026-11-28 13:13:21.324578+00', NULL, '2026-11-28 13:13:21.45557+00', 0, 1, 5, 8, 'task_01a22249f2ab700080bf1544c19c9022', 'test', NULL, '{}', 'H100', '{"gpu_type": "H100", "gpu_count": 1, "memory_gb": 40}', '{}', NULL, 'cancelled on request', 0, 0, 3, NULL, NULL, 0, NULL, NULL, 0, NULL);
INSERT INTO public.tasks VALUES (1, 0, '2026-11-28 13:13:21.585035+00', '2026-11-28 13:13:21.623701+00', '2026-11-28 13:13:21.647124+00', 1, 0, 3, 5, 'task_01a22249f351700088897f280c9aff00-000000', 'test', 'stored-node', '{}', NULL, '{}', '{"payload": {"part": 0}}', '{"echo":{"part":0},"node":"stored-node","task_id":"task_01a22249f351700088897f280c9aff00-000000","attempt":1,"gpus":[],"duration_ms":0.005}', NULL, 0, 0, 3, NULL, NULL, 0, NULL, NULL, 0, NULL);
INSERT INTO public.tasks VALUES (1, 0, '2026-11-28 13:13:21.585208+00', '2026-11-28 13:13:21.624383+00', '2026-11-28 13:13:21.664446+00', 1, 0, 3, 5, 'task_01a22249f351700088897f280c9aff00-000001', 'test', 'stored-node', '{}', NULL, '{}', '{"payload": {"part": 1}}', '{"echo":{"part":1},"node":"stored-node","task_id":"task_01a22249f351700088897f280c9aff00-000001","attempt":1,"gpus":[],"duration_ms":0.001}', NULL, 0, 0, 3, NULL, NULL, 0, NULL, NULL, 0, NULL);
INSERT INTO public.tasks VALUES (1, 0, '2026-11-28 13:13:21.585221+00', '2026-11-28 13:13:21.624429+00', '2026-11-28 13:13:21.664446+00', 1, 0, 3, 5, 'task_01a22249f351700088897f280c9aff00-000002', 'test', 'stored-node', '{}', NULL, '{}', '{"payload": {"part": 2}}', '{"echo":{"part":2},"node":"stored-node","task_id":"task_01a22249f351700088897f280c9aff00-000002","attempt":1,"gpus":[],"duration_ms":0.007}', NULL, 0, 0, 3, NULL, NULL, 0, NULL, NULL, 0, NULL);
INSERT INTO public.tasks VALUES (0, 42949672960, '2026-11-28 13:13:22.349241+00', NULL, NULL, 0, 1, 0, 8, 'task_87cafcfaad0d3e04a9eb3eff6bff0617-000000', 'test', NULL, '{}', 'H100', '{"gpu_type": "H100", "gpu_count": 1, "memory_gb": 40}', '{}', NULL, NULL, 0, 0, 3, NULL, '5c124ae1fdecdbdb3f57e2d969d4509e', 0, '{"tenant":"stored"}', NULL, 0, NULL);
INSERT INTO public.tasks VALUES (0, 0, '2026-11-28 13:13:22.445934+00', NULL, NULL, 0, 0, 0, 5, 'task_01a22249f70d7000bbc6900e4c31d055', 'test', NULL, '{}', NULL, '{"gpu_count": 0}', '{}', NULL, NULL, 0, 0, 3, NULL, NULL, 0, '{"after":[{"task_id":"task_87cafcfaad0d3e04a9eb3eff6bff0617-000000"}],"tenant":"stored"}', NULL, 0, NULL);
INSERT INTO public.tasks VALUES (1, 4294967296, '2026-11-28 13:13:22.824237+00', '2026-11-28 13:13:22.912098+00', NULL, 1, 1, 2, 5, 'task_01a22249f887700099513540c5b3d836', 'test', 'stored-node', '{0}', NULL, '{"gpu_count": 1, "memory_gb": 4}', '{"payload": {"sleep_ms": 3600000}}', NULL, NULL, 0, 0, 3, NULL, NULL, 0, '{"tenant":"stored"}', NULL, 0, NULL);


--
-- Name: cluster_members cluster_members_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cluster_members
    ADD CONSTRAINT cluster_members_pkey PRIMARY KEY (deployment_id, address, port, generation);


--
-- Name: cluster_version cluster_version_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cluster_version
    ADD CONSTRAINT cluster_version_pkey PRIMARY KEY (deployment_id);


--
-- Name: grain_state grain_state_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.grain_state
    ADD CONSTRAINT grain_state_pkey PRIMARY KEY (service_id, grain_type, key_text, key_n0, key_n1);


--
-- Name: nodes nodes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.nodes
    ADD CONSTRAINT nodes_pkey PRIMARY KEY (node_id);


--
-- Name: orleansquery orleansquery_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orleansquery
    ADD CONSTRAINT orleansquery_pkey PRIMARY KEY (querykey);


--
-- Name: schedulers schedulers_epoch_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schedulers
    ADD CONSTRAINT schedulers_epoch_key UNIQUE (epoch);


--
-- Name: schedulers schedulers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schedulers
    ADD CONSTRAINT schedulers_pkey PRIMARY KEY (pool);


--
-- Name: schema_version schema_version_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (version);


--
-- Name: tasks tasks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_pkey PRIMARY KEY (task_id);


--
-- Name: tasks_active; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tasks_active ON public.tasks USING btree (task_id) WHERE (completed_at IS NULL);


--
-- Name: tasks_controls; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tasks_controls ON public.tasks USING gin (((controls)::jsonb) jsonb_path_ops) WHERE (controls IS NOT NULL);


--
-- Name: tasks_ended; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tasks_ended ON public.tasks USING btree (completed_at, task_id) WHERE (completed_at IS NOT NULL);


--
-- Name: tasks_ended_badly; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tasks_ended_badly ON public.tasks USING btree (completed_at, task_id) WHERE ((completed_at IS NOT NULL) AND (error IS NOT NULL));


--
-- Name: tasks_webhooks_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tasks_webhooks_due ON public.tasks USING btree (webhook_due) WHERE ((webhook_due IS NOT NULL) AND (completed_at IS NOT NULL));


--
-- Name: cluster_members cluster_members_deployment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cluster_members
    ADD CONSTRAINT cluster_members_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES public.cluster_version(deployment_id);


--
-- PostgreSQL database dump complete
--


