-- GPU seconds that a task's ended attempts occupied: the least-attained queue goes by it.
ALTER TABLE tasks ADD COLUMN attained_gpu_s double precision NOT NULL DEFAULT 0;
