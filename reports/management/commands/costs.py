"""Cost of goods by FIFO, moving average and month-end average, side by side."""

from argparse import ArgumentParser
from typing import Any

from channels.management.command import ProjectCommand
from channels.models import Company
from reports.costs import compare_costs
from reports.exports import amount_text
from reports.tables import text_table


class Command(ProjectCommand):
    help = "Compare the cost methods. The company's own posts; the others are for comparison."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = Company.objects.all()
        if options["company"]:
            companies = companies.filter(name=options["company"])
        for company in companies:
            base = company.base_currency
            records = []
            for one in compare_costs(company):
                record: dict[str, object] = {"product": one.product, "units": one.units, "uncovered": int(one.missing)}
                for method, cost in one.cogs.items():
                    record[method] = amount_text(cost, base)
                    record[f"{method} ending"] = amount_text(one.ending[method], base)
                records.append(record)
            self.stdout.write(f"{company}, in {base}; {company.get_cost_method_display()} posts")
            numbers = set(records[0]) - {"product"} if records else set()
            self.stdout.write(text_table(records, numbers))
