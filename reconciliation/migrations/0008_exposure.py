"""Who searched for the brand; every hour the companies that have something new are read again."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def add(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.get_or_create(
        name="expose",
        defaults={"func": "reconciliation.tasks.expose_all", "schedule_type": "H", "next_run": datetime.now(UTC)},
    )


def remove(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name="expose").delete()


class Migration(migrations.Migration):

    dependencies = [
        ('django_q', '0018_task_success_index'),
        ('channels', '0011_identity'),
        ('reconciliation', '0007_identity'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Lexicon',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField(verbose_name='version')),
                ('made_at', models.DateTimeField(verbose_name='made')),
                ('used_at', models.DateTimeField(null=True, verbose_name='in use since')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lexicons', to='channels.company', verbose_name='company')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'lexicon',
                'verbose_name_plural': 'lexicons',
                'ordering': ['company', '-number'],
            },
        ),
        migrations.CreateModel(
            name='Exposure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=60, verbose_name='source')),
                ('medium', models.CharField(blank=True, max_length=20, verbose_name='came by')),
                ('period', models.CharField(choices=[('week', 'Week'), ('month', 'Month'), ('quarter', 'Quarter'), ('range', 'Range')], default='week', max_length=10, verbose_name='period')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='through')),
                ('days', models.SmallIntegerField(default=0, verbose_name='days reported')),
                ('market', models.CharField(blank=True, max_length=2, verbose_name='market')),
                ('product', models.CharField(blank=True, max_length=150, verbose_name='product')),
                ('verdict', models.CharField(choices=[('brand', 'Brand'), ('non_brand', 'Non-brand'), ('unknown', 'Unknown')], max_length=10, verbose_name='class')),
                ('queries', models.BigIntegerField(null=True, verbose_name='queries')),
                ('volume', models.BigIntegerField(null=True, verbose_name='searches')),
                ('impressions', models.BigIntegerField(null=True, verbose_name='impressions')),
                ('impressions_total', models.BigIntegerField(null=True, verbose_name='impressions in all')),
                ('clicks', models.BigIntegerField(null=True, verbose_name='clicks')),
                ('clicks_total', models.BigIntegerField(null=True, verbose_name='clicks in all')),
                ('cart_adds', models.BigIntegerField(null=True, verbose_name='cart adds')),
                ('cart_adds_total', models.BigIntegerField(null=True, verbose_name='cart adds in all')),
                ('purchases', models.BigIntegerField(null=True, verbose_name='purchases')),
                ('purchases_total', models.BigIntegerField(null=True, verbose_name='purchases in all')),
                ('spend', models.DecimalField(decimal_places=6, max_digits=20, null=True, verbose_name='spend')),
                ('sales', models.DecimalField(decimal_places=6, max_digits=20, null=True, verbose_name='attributed sales')),
                ('currency', models.CharField(blank=True, max_length=3, verbose_name='currency')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.company', verbose_name='company')),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.store', verbose_name='store')),
                ('lexicon', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reconciliation.lexicon', verbose_name='lexicon')),
            ],
            options={
                'verbose_name': 'exposure',
                'verbose_name_plural': 'brand search by week',
                'ordering': ['-starts_on', 'market', 'source', 'product', 'verdict'],
            },
        ),
        migrations.CreateModel(
            name='Exposed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(blank=True, max_length=64)),
                ('at', models.DateTimeField(null=True)),
                ('company', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='exposed', to='channels.company')),
                ('lexicon', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reconciliation.lexicon')),
            ],
        ),
        migrations.CreateModel(
            name='BrandShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('market', models.CharField(blank=True, max_length=2, verbose_name='market')),
                ('period', models.CharField(choices=[('week', 'Week'), ('month', 'Month'), ('quarter', 'Quarter'), ('range', 'Range')], default='week', max_length=10)),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='through')),
                ('orders', models.BigIntegerField(verbose_name='orders')),
                ('covered', models.BigIntegerField(verbose_name='orders covered')),
                ('brand', models.BigIntegerField(null=True, verbose_name='brand')),
                ('non_brand', models.BigIntegerField(null=True, verbose_name='non-brand')),
                ('low', models.BigIntegerField(verbose_name='at least')),
                ('high', models.BigIntegerField(verbose_name='at most')),
                ('products', models.IntegerField(null=True, verbose_name='products sold')),
                ('products_covered', models.IntegerField(null=True, verbose_name='products covered')),
                ('contribution', models.DecimalField(decimal_places=6, max_digits=20, null=True, verbose_name='contribution')),
                ('contribution_low', models.DecimalField(decimal_places=6, max_digits=20, null=True)),
                ('contribution_high', models.DecimalField(decimal_places=6, max_digits=20, null=True)),
                ('reasons', models.JSONField(default=list, verbose_name='reasons')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.company', verbose_name='company')),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.store', verbose_name='store')),
                ('lexicon', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reconciliation.lexicon', verbose_name='lexicon')),
            ],
            options={
                'verbose_name': 'brand-search share',
                'verbose_name_plural': 'brand-search shares',
                'ordering': ['starts_on', 'store', 'market'],
            },
        ),
        migrations.CreateModel(
            name='LexiconTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200, verbose_name='term')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language')),
                ('distinctive', models.BooleanField(default=False, help_text='A product line that means the brand even where it is not named.', verbose_name='distinctive')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('lexicon', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='reconciliation.lexicon', verbose_name='lexicon')),
            ],
            options={
                'verbose_name': 'term',
                'verbose_name_plural': 'terms',
                'ordering': ['kind', 'text'],
            },
        ),
        migrations.CreateModel(
            name='OrderExposure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order_ref', models.CharField(max_length=100, verbose_name='order')),
                ('verdict', models.CharField(choices=[('brand', 'Brand'), ('non_brand', 'Non-brand'), ('unknown', 'Unknown')], max_length=10, verbose_name='class')),
                ('last', models.CharField(choices=[('brand', 'Brand'), ('non_brand', 'Non-brand'), ('unknown', 'Unknown')], max_length=10, verbose_name='last visit')),
                ('evidence', models.CharField(max_length=20, verbose_name='evidence')),
                ('term', models.CharField(blank=True, max_length=300, verbose_name='term')),
                ('visits', models.IntegerField(default=0, verbose_name='visits')),
                ('at', models.DateTimeField(null=True, verbose_name='visited')),
                ('lag_hours', models.FloatField(null=True, verbose_name='hours before the order')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.company', verbose_name='company')),
                ('lexicon', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reconciliation.lexicon', verbose_name='lexicon')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.store', verbose_name='store')),
            ],
            options={
                'verbose_name': "order's exposure",
                'verbose_name_plural': 'brand search by order',
                'ordering': ['-at', 'order_ref'],
            },
        ),
        migrations.CreateModel(
            name='QueryClass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('query', models.CharField(max_length=500, verbose_name='query')),
                ('verdict', models.CharField(choices=[('brand', 'Brand'), ('non_brand', 'Non-brand'), ('unknown', 'Unknown')], max_length=10, verbose_name='class')),
                ('term', models.CharField(blank=True, max_length=200, verbose_name='term')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('lexicon', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='queries', to='reconciliation.lexicon', verbose_name='lexicon')),
            ],
            options={
                'verbose_name': 'query',
                'verbose_name_plural': 'queries by class',
                'ordering': ['query'],
            },
        ),
        migrations.CreateModel(
            name='TermProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200, verbose_name='term')),
                ('kind', models.CharField(blank=True, max_length=20, verbose_name='kind')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language')),
                ('count', models.BigIntegerField(default=0, verbose_name='searches')),
                ('nearest', models.CharField(blank=True, max_length=200, verbose_name='nearest term')),
                ('distance', models.IntegerField(null=True, verbose_name='edits')),
                ('reason', models.CharField(blank=True, max_length=40, verbose_name='reason')),
                ('examples', models.JSONField(default=list, verbose_name='examples')),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('confirmed', 'Confirmed'), ('rejected', 'Rejected')], default='proposed', max_length=10, verbose_name='state')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.company', verbose_name='company')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'proposed term',
                'verbose_name_plural': 'proposed terms',
                'ordering': ['-count', 'text'],
            },
        ),
        migrations.AddConstraint(
            model_name='lexicon',
            constraint=models.UniqueConstraint(fields=('company', 'number'), name='lexicon_once'),
        ),
        migrations.AddIndex(
            model_name='exposure',
            index=models.Index(fields=['lexicon', 'product', 'starts_on'], name='exposure_by_week'),
        ),
        migrations.AddConstraint(
            model_name='exposure',
            constraint=models.UniqueConstraint(fields=('lexicon', 'store', 'source', 'medium', 'starts_on', 'ends_on', 'market', 'product', 'verdict', 'currency'), name='exposure_once'),
        ),
        migrations.AddConstraint(
            model_name='brandshare',
            constraint=models.UniqueConstraint(fields=('lexicon', 'store', 'market', 'starts_on', 'ends_on'), name='brand_share_once'),
        ),
        migrations.AddConstraint(
            model_name='brandshare',
            constraint=models.CheckConstraint(condition=models.Q(('high__gte', models.F('low')), ('low__gte', 0), ('orders__gte', models.F('high'))), name='brand_share_bounds'),
        ),
        migrations.AddConstraint(
            model_name='lexiconterm',
            constraint=models.UniqueConstraint(fields=('lexicon', 'text', 'kind'), name='lexicon_term_once'),
        ),
        migrations.AddConstraint(
            model_name='orderexposure',
            constraint=models.UniqueConstraint(fields=('lexicon', 'store', 'order_ref'), name='order_exposure_once'),
        ),
        migrations.AddConstraint(
            model_name='queryclass',
            constraint=models.UniqueConstraint(fields=('lexicon', 'query'), name='query_class_once'),
        ),
        migrations.AddConstraint(
            model_name='termproposal',
            constraint=models.UniqueConstraint(fields=('company', 'text'), name='term_proposal_once'),
        ),
        migrations.RunPython(add, remove),
    ]
