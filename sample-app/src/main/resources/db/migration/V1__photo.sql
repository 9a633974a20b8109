create table photo (
    id uuid primary key,
    name varchar(255) not null,
    uploaded_at timestamp(6) with time zone not null,
    task_id varchar(64)
);

create index photo_uploaded_at on photo (uploaded_at, id);
