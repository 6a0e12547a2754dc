"""What each column that can hold text or tokens holds of a person, and what becomes of it.

A column that is not here fails a test: whoever adds one says first what may stand in it.
"""

# class → (why it may be there and what becomes of it, columns as Model.column)
CLASSES: dict[str, tuple[str, str]] = {
    "ours": (
        "words, numbers, states and texts of the program; nothing of a buyer",
        """
        Company.base_currency Company.timezone Company.cost_method Company.allocation_key
        Store.channel Store.marketplace Store.currency Store.timezone Store.signal_policy Store.endpoint
        Store.pull_options Store.refused StoreTaxRate.country
        SignalDecision.origin SignalDecision.purpose SignalDecision.fields
        RawPage.resource RawPage.media_type RawPage.request RawPage.digest RawPage.archived_digest RawPage.body
        RawPage.state RawPage.conflict RawPage.summary
        UnreadableLine.reason
        SyncWindow.resource SyncWindow.route SyncWindow.state SyncWindow.reason SyncWindow.cursor SyncWindow.worker
        Fetch.resume Bucket.channel Bucket.application Bucket.seller Bucket.operation
        Delivery.channel Delivery.key Delivery.topic Delivery.awaited Delivery.outcome Heartbeat.name Heartbeat.said
        Lexicon.note LexiconTerm.kind LexiconTerm.language TermProposal.kind TermProposal.language
        TermProposal.reason TermProposal.state QueryClass.verdict QueryClass.reason
        Exposure.source Exposure.medium Exposure.period Exposure.market Exposure.verdict Exposure.currency
        OrderExposure.verdict OrderExposure.last OrderExposure.evidence BrandShare.market BrandShare.period
        BrandShare.reasons Exposed.state
        BuyerSignal.origin BuyerSignal.country Account.channel Account.country
        LinkModel.parameters LinkModel.calibration MatchRun.engine MatchRun.step MatchRun.counts MatchRun.error
        MatchRun.done MatchRun.total Matched.resident Matched.load CustomerLink.rule CustomerLink.state
        CustomerLink.refused CustomerLink.levels Decision.action PairLabel.origin PairLabel.stratum PairLabel.levels
        Overlap.channel Overlap.other Overlap.market Overlap.reason PrivacyRequest.kind PrivacyRequest.counts
        ProductProposal.evidence ProductProposal.state
        LedgerEntry.source LedgerEntry.key LedgerEntry.stage LedgerEntry.kind LedgerEntry.currency
        LedgerEntry.rate_source Discrepancy.cause Discrepancy.key Discrepancy.currency Discrepancy.detail
        Resolution.cause Resolution.key Posted.stores Posted.goods
        Event.kind Event.country Event.affecting Event.affected Event.regions Event.state Event.found_by Event.evidence
        Acceptance.country Acceptance.affecting Acceptance.affected Acceptance.statement Goal.goal Target.figure
        ConversionAccount.network ConversionAccount.endpoint SentConversion.mark SentConversion.stage
        SentConversion.state SentConversion.said
        Experiment.blocks Report.kind Report.subject Report.inputs Report.method Report.answers Report.body Report.data
        """,
    ),
    "typed": (
        "what the seller's people enter about their business",
        """
        Company.name Store.name SignalDecision.basis Decision.reason LinkModel.note
        LexiconTerm.text LexiconTerm.note Resolution.note SharedCost.name SharedCost.pool SharedCost.currency
        SharedCost.allocation_key RawPage.name GivenOrder.form Event.note Event.carried_by Experiment.hypothesis
        Experiment.currency
        Acceptance.note ConversionAccount.calling_code
        """,
    ),
    "vendor": (
        "numbers and words of a channel about an order or its money; the order's number leads to a buyer only there",
        """
        Order.resource Order.ref Order.name Order.currency Order.status Order.sales_channel Order.mirror_of
        Order.serves OrderItem.key Charge.resource Charge.key Charge.document Charge.role Charge.stage Charge.kind
        Charge.label Charge.currency Order.replaces Charge.order_ref Charge.order_name Charge.payout Charge.serves
        Payout.resource Payout.ref Payout.currency Payout.status Payout.bank_reference Payout.paid_currency
        Disbursement.resource Disbursement.ref Disbursement.currency Disbursement.status Disbursement.trace
        Disbursement.account_tail Disbursement.paid_currency
        AdSpend.resource AdSpend.key AdSpend.currency AdSpend.campaign AdSpend.ad_group AdSpend.targeting
        AdSpend.match_type SearchStat.resource SearchStat.key RepeatPurchase.resource RepeatPurchase.key
        Traffic.resource Traffic.key Traffic.level Traffic.way Traffic.currency
        SentConversion.lead Lead.resource Lead.key Lead.status Lead.stage Lead.currency Lead.order_ref Lead.deal Lead.lead Lead.consent
        RepeatPurchase.currency Visit.resource Visit.key Visit.order_ref GivenOrder.resource GivenOrder.key
        GivenOrder.order_ref BuyerSignal.order_ref OrderExposure.order_ref LedgerEntry.label LedgerEntry.order_ref
        LedgerEntry.payout Discrepancy.payout Discrepancy.order_ref UnreadableLine.excerpt
        """,
    ),
    "goods": (
        "products and what they cost",
        """
        OrderItem.sku OrderItem.title OrderItem.listing Charge.sku AdSpend.sku SearchStat.asin RepeatPurchase.asin
        Sku.sku Sku.product Sku.title StockReceipt.key StockReceipt.product StockReceipt.landed StockReceipt.currency
        UnitCost.product UnitCost.currency ExchangeRate.base ExchangeRate.quote ExchangeRate.source
        ProductProposal.sku ProductProposal.title ProductProposal.product ProductProposal.product_title
        LedgerEntry.sku Exposure.product
        """,
    ),
    "place": (
        "where an order goes, no nearer than its town; kept with the books",
        "Order.country Order.state Order.city",
    ),
    "searched": (
        "what visitors typed or clicked, summed by the channel or without their name; addresses lose their query",
        """
        AdSpend.search_term SearchStat.query Visit.source Visit.source_type Visit.referrer Visit.landing
        Lead.source Lead.medium Lead.campaign Traffic.source Traffic.medium Traffic.campaign Traffic.channel_group
        Visit.utm_source Visit.utm_medium Visit.utm_campaign Visit.utm_content Visit.utm_term
        TermProposal.text TermProposal.nearest TermProposal.examples QueryClass.query QueryClass.term
        OrderExposure.term
        """,
    ),
    "pseudonym": (
        "keyed tokens of a buyer: they expire, and are erased with him; requests and decisions keep account keys",
        """
        BuyerSignal.account BuyerSignal.email BuyerSignal.mailbox BuyerSignal.handle BuyerSignal.username
        BuyerSignal.alias BuyerSignal.called BuyerSignal.initialled BuyerSignal.mask_own
        BuyerSignal.phone BuyerSignal.phone_tail BuyerSignal.name BuyerSignal.sound BuyerSignal.mask
        BuyerSignal.mask_other BuyerSignal.address BuyerSignal.numbers BuyerSignal.postcode BuyerSignal.city
        BuyerSignal.state BuyerSignal.words BuyerSignal.sounds BuyerSignal.near BuyerSignal.street
        BuyerSignal.street_near BuyerSignal.place_near
        Account.key AccountAlias.key AccountAlias.account PairLabel.left_key PairLabel.right_key
        PrivacyRequest.accounts PrivacyRequest.subject Decision.accounts Decision.digest
        """,
    ),
    "sealed": (
        "personal values, encrypted, with a day on which they go",
        "VaultEntry.sealed Delivery.sealed PrivacyRequest.sealed",
    ),
    "secret": (
        "credentials, encrypted; they go in and never come out",
        "Store.credentials ConversionAccount.credentials",
    ),
}

COLUMNS = {column: name for name, (_, columns) in CLASSES.items() for column in columns.split()}
