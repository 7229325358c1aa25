"""One report a month by Airflow's own PapermillOperator; /srv/sandan is the folder of the repository.

The operator runs papermill in Airflow's Python, and the notebook in the kernel that `kernel_name`
names. Let that kernel belong to this repository's environment, since this package needs pandas 3 and
Airflow's provider may not allow it. Once, as the user that runs Airflow's tasks:

    .venv/bin/python -m ipykernel install --user --name sandan

The operator takes no engine: papermill's own is used.
"""

import datetime as dt

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.sdk import DAG

with DAG(
    dag_id="sandan_chungbuk",
    schedule="0 21 1 * *",
    start_date=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    catchup=False,
):
    PapermillOperator(
        task_id="report",
        input_nb="/srv/sandan/notebooks/region_report.ipynb",
        output_nb="/srv/sandan/outputs/airflow-2022-KR-43-ko.ipynb",
        parameters={"region": "KR-43", "round_year": 2022, "lang": "ko", "as_of": ""},
        kernel_name="sandan",
    )
