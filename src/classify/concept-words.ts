/** Ideas that requests are made of, with the English and French words for each; `concepts.ts` looks for them. */

/**
 * Name and words: each matches where a word starts; `_` stands for the signs between two words, `$` for the end of a word.
 */
export const conceptWords = {
  delete: `
    delet eras remov wip purg destroy nuke$ bin$ scrap get_rid rid$ tear_down decom eliminat take_down kill
    disappear vanish gone$ supprim effac detrui virer virez vire$ enlev retir elimin a_effacer degag
  `,
  close: `
    clos shut_down shut$ shutting terminat cancel discontinu exit$ exiting unsubscrib end_of_contract contract_ended
    clotur ferm resili arret fin_de_contrat quitt
  `,
  account: `
    account tenant organis organiz org$ orga$ instance workspace compte espace_client organisation annuaire
  `,
  whole: `
    entire whole complete everything all_of_it the_lot all_data all_our_data totality entier integralite ensemble
    tout$ toutes totalite definitiv
  `,
  data: `
    data$ datas information$ records traces personal_data donnees informations gdpr rgpd article_17 art_17 oubli
  `,
  leavingVendor: `
    migrat moved_to switch another_vendor other_vendor another_provider other_provider competitor cheaper
    no_longer_need not_need no_longer_required contract_ended stop_using concurren autre_fournisseur plus_besoin
    chez_un_autre plus_l_utilite ne_sert_plus n_utilis passes_chez passe_chez
  `,
  duplicate: `
    twice duplicate second_one test_account trial_account pilot dup$ en_double doublon compte_test d_essai
    compte_d_essai recette staging
  `,
  admin: `
    admin administrator administrat owner$ ownership superuser super_user proprietaire propriete superadmin
  `,
  makeRole: `
    make_me make_him make_her made_admin become upgrade promote elevat designat nominat appoint replac take_over
    taking_over takes_over succeed name_ be_the_admin handing_over hand_over stepping_down nomm passez_moi
    passer_admin mets_moi mettez_moi devenir reprend a_sa_place remplac second_admin another_admin transfer swap
    basculer cession rights$ privileg droits monte
  `,
  technician: `
    it_guy it_manager it_person it_contractor it_vendor it_firm it_company it_director it_bloke it_man it_volunteer
    it_lead sysadmin system_admin systems_admin cto$ cio$ msp$ informaticien informatic prestataire presta$ infoger
    dsi$ technicien responsable_informatique responsable_it vendor contractor co_founder cofounder partner associe
    ex_admin predecessor director treasurer trustee
  `,
  dismissed: `
    fired sacked dismiss terminated_for terminated_on terminated_this laid_off let_go asked_to_leave kicked_out
    employment_ended walked_off walked_out stormed left_in_anger left_under suspended_him suspend_him licenci vire$
    viree renvoy congedi mis_a_pied mise_a_pied remercie evinc revoque parti_fach departure_in former ex_ ancien ex$
    old_admin divorc voted_off
  `,
  hostile: `
    disgruntl rogue hostile angry anger furious fuming revenge retaliat sabotag ransom hostage blackmail extort
    hijack refus won_t_give wont_give won_t_hand will_not_give not_giving_back not_hand threaten locked_us
    locked_out_the locked_all locks locking conflict dispute fight quarrel acrimon misconduct vengeance veng rancon
    otage chantage sabot pirat menac conflit litige mauvais_termes fache aigri nuire bloque_tout pay_up demands
    demanding exige
  `,
  police: `
    police crime_number complaint plainte gendarmerie law_enforcement denounc proces_verbal pd_case depot_de_plainte
  `,
  closure: `
    bankrupt insolven liquidat dissol wound_up wind_up winding_up wind_down ceased_trading ceased_operat ceased_all
    cease_trading out_of_business gone_bust went_bust shut_its_doors closed_its closed_for_good closed_down
    struck_off strike_off chapter_7 chapter_11 receiver trustee_in no_longer_exist no_longer_operat certificate_of
    ceased$ faillite depose_le_bilan depot_de_bilan cessation_d_activite cesse_toute cesse_son dissou radie
    radiation mis_la_cle cle_sous_la_porte ferm_boutique fermons_boutique mandataire ferme_definitivement
    activite_arretee entity laid_everyone ran_out_of_runway business_finishes
  `,
  unused: `
    nobody_has_logged nobody_s_logged no_one_has nobody_logged no_login zero_login nobody_uses no_one_uses
    no_one_used nobody_is_using unused inutilise plus_personne_ne_se_connecte plus_personne_s_en_sert zero_connexion
    nobody_entered not_accessed has_accessed
  `,
  mistake: `
    by_mistake mistake accident inadvert by_error in_error wrong_button fat_finger oops stupid screwed messed_up
    erroneous wrongly undo$ megarde par_erreur erreur_d boulette betise fausse_man sans_faire_expres me_suis_trompe
    trompe involontair maladress
  `,
  soleAdmin: `
    only_admin sole_admin last_admin only_one$ the_last_one only_remaining last_one$ no_admin$ no_administrator
    0_admins no_admin_left seul_admin seul_compte seul_administrateur dernier_admin unique_admin plus_d_admin
    plus_aucun_admin n_en_reste aucun_admin nobody_can_get nobody_can_enter no_one_is_able_to_admin every_admin
    all_admins both_admins everyone_inc all_administrators myself$ moi_meme moi_y_compris tous_les_admin
    admin_a_tous a_tous$ himself$
  `,
  court: `
    court judge$ judgment judgement judg injunction tribunal ordonnance jugement juge$ refere sentence_of attorney
    solicitor lawsuit legal_notice huissier landgericht order_says order_lists statue exhibit paragraph enumerat
    magistrat decision_de_justice
  `,
  fraud: `
    fraud embezzl misappropriat malfeasance without_author without_permission without_any_auth no_permission
    unauthori theft stole misus abus sans_autorisation sans_mon sans_aucun_mandat frauduleu detourn escroqu malvers
    illegal usurp in_his_name in_his_own_name a_son_nom under_his_name
  `,
  restore: `
    restor undo$ revert revers put_back put_it_back put_us_back put_them_back give_back give_it_back return_it
    get_it_back recover$ roll_back reinstat how_it_was like_before remettre remettez remettr restaur retabl rendre
    restitu revenir recuper annul_les rectif
  `,
  stopSupport: `
    cease_support cease_all stop_support stop_all_support stop_giving suspend_support suspend_assist suspend_all
    support_freeze freeze_support freeze$ hold_all hold_on_all put_on_hold put_a_hold place_a_hold do_not_respond
    do_not_act do_not_help don_t_help dont_help don_t_act not_act no_support do_not_honor do_not_process
    stop_processing ignore disregard refuse_all refuse_any refuse_every refuse_support reject_all withhold cessation
    block_the_support no_help not_be_processed be_ignored be_refused be_processed any_request all_requests
    every_request don_t_attend suspendre_tout suspendre_le_supp suspendre_l_assist suspension gel_du_support
    geler_l_assist cessez_de_traiter ne_repond ne_plus_repond ne_traitez ne_donner_suite aucune_demande
    toute_demande toutes_les_demandes ignorez ignorer stop_support plus_de_support plus_d_assistance arret_de_toute
    refusez_toute refuser_toute doit_etre_refusee donner_suite
  `,
  ourSide: `
    from_us from_our_side our_side from_our from_anyone de_chez_nous chez_nous in_our_name our_name in_its_name
    en_notre_nom nos_admin our_admin venant_de whoever anyone_at until_further until_new jusqu_a_nouvel_ordre
    until_you_hear until_i until_notice impostor pretend purport fait_passer
  `,
  breach: `
    breach compromis hack attack intru ransomware phish malware infiltrat stolen stole robbed robbery burgl thief
    thieves broke_into broken_into broke_in virus lockbit popped leaked leak cyber taken_over piratage pirat
    intrusion rancongiciel hameconn vole$ volee vol$ derob cambriol fuite fuit compromission attaquant escroc
    fraudster clicked
  `,
  elsewhere: `
    gmail google o365 m365 office_365 microsoft_365 mail_server e_mail_provider email_provider mailbox our_email
    my_email our_mail my_mail messagerie boite_mail laptop computer ordinateur portable pc$ notebook carnet vault
    coffre on_prem parent_company branch_office our_network your_service_is_not not_touched your_side you_re_clean
    nothing_happened rien_d_anormal pas_touche chez_vous_ras not_affected bag$ same_password
  `,
  precaution: `
    precaution prevent preempt just_in_case in_case_they to_be_safe better_safe for_safety for_security before_they
    before_it before_he before_any before_somebody before_the par_securite par_prudence a_titre_prev preventi
    avant_qu avant_que
  `,
  password: `
    password passwd pwd pw$ mot_de_passe mots_de_passe mdp pass_code passcode passphrase pin$ credential identifiant
    login_details sign_in_details
  `,
  secondFactor: `
    mfa 2fa totp otp two_factor 2_step two_step double_factor second_factor authenticator multi_factor one_time
    codes$ double_auth authentification_forte recovery_code codes_de_secours
  `,
  apiKey: `
    api_key api_token connect_key api$ token key$ cle_api cle_d_api clef cle_connect connect_key cle_de_connexion
    jeton cle$
  `,
  reset: `
    reset reinitialis forgot forget can_t_remember cant_remember not_remember no_longer_remember lost_her lost_his
    lost_my locked_out expired oubli perdu rappeler renew regenerat rotat issue_a new_one generat temporary
    provisoire unlock clear_his egar ne_connait
  `,
  howTo: `
    how_do_i how_do_we how_can_i how_can_we how_to how_i_can where_do_i where_can_i where_is where_are which_setting
    is_there_a is_it_possible_to myself by_myself without_contacting comment_puis comment_je comment_fait comment_un
    comment_changer ou_puis ou_voir ou_se_trouve ou_la_regler moi_meme peut_on existe_t_il article documentation
    docs$ doc$
  `,
  access: `
    access permission allow authoris authoriz enter_in get_into get_on able_to reach entrance provision acces
    autoris permiss ouvrir_les consulter lecture entrer_sur droit_de see$ view$ edit$
  `,
  resource: `
    group vpn wifi wi_fi wlan folder drive share server application app$ printer software crm salesforce slack
    sharepoint repo repository dashboard database groupe dossier partage serveur logiciel appli imprimante
    repertoire reseau gitlab github radius jira canva workday tableau document finance payroll paie data_room
  `,
  addPerson: `
    add$ adding put_him put_her put_the put_my include_ included assign bind_him grant give_him give_her enabl
    new_starter new_volunteer new_colleague new_guy joined joins started starts trainee intern$ interns apprentice
    auditor contractor_requires freelance stagiaire apprenti nouvelle_coll nouveau arrive_lundi nous_rejoint ajout
    rattach integr interim
  `,
  user: `
    user employee colleague staff volunteer person people salari collaborateur utilisateur saisonnier personnes
    leaver logins mr_ mrs_ ms_ mme_
  `,
  device: `
    laptop computer device phone mobile tablet ipad mac$ mbp pc$ machine asset poste telephone tablette appareil
    portable
  `,
  disable: `
    disable deactivat suspend lock$ lock_ unbind offboard block_it block$ bloquez bloquer desactiv verrouill detach
    wipe_it
  `,
  left: `
    left_the left_us leavers leaver resigned separated retired retiring retire depart quitte parti_en partis
    not_work_more moved_to no_longer_work not_more_here sorties ont_quitte nous_ont_quittes they_left
  `,
  rename: `
    rename change_her change_his change_our change_the correct spelt spell misspell surname name_of name_change
    s_appelle nom$ orthographe rectifi merge fusionn move_all deplac update_ modify amend bulk mettre_a_jour maj$
    raison_sociale rebrand primary_domain attribut
  `,
  who: `
    who_is who_are whose_name whos_name who_the which_e_mail which_email which_person name_of names_of qui_est
    qui_sont au_nom_de_qui quel_nom quelle_adresse le_nom_des titulaire identity registered recorded on_file
    enregistr nobody_knows not_knowing personne_sait under_what_name
  `,
  list: `
    list_of list$ overview report$ dump export history logs$ log$ logged_in login_history copy_of number_of
    how_many_users how_many_licen since_when date_from details information_ liste historique journaux nombre releve
    renseignement combien_de_licences connexions last_login derniere_connexion object_id objectid
  `,
  contract: `
    contract subscription plan$ renewal renew_ billing invoice_address payment_method card$ paid_up expires echeance
    contrat abonnement formule facturation moyen_de_paiement order_form carte
  `,
  otherCompany: `
    also_using also_client use_you_as are_they_a_customer a_customer client_chez_vous chez_vous_aussi
    est_bien_cliente have_a_tenant have_an_account a_un_tenant their_admin is_also_client client_of_you
  `,
  escalate: `
    escalat escalad manager supervisor superior senior_person someone_senior more_senior in_charge higher next_level
    management hierarch responsable_des votre_chef ton_chef chef$ superieur directeur_du_support director_of_support
    your_boss your_lead the_boss above responsable au_dessus plus_haut niveau_superieur with_authority head_of
  `,
  speak: `
    speak talk$ talk_to ring_me call_me phone_call have_a_word want_a_word contact_me appointment rappel parler
    entretenir m_adresser joindre_un rendez_vous complain plaindre complaint
  `,
  price: `
    price pricing quote quotation cost$ costs$ how_much rate$ discount budget offer$ proposal fee$ devis tarif prix
    combien remise cout proposition demo$ demonstration presentation proforma
  `,
  buy: `
    buy$ purchase order$ licen seats subscribe upgrade premium trial paid$ pay_ invoice_us renew add_30 more_users
    users_more evaluat interested sign_up achet command souscri payant essai abonner commercial reseller revendeur
    procure po$ poc$ engage_sur
  `,
  denyList: `
    deny_list denylist deny_listed blacklist black_list block_list blocklist blocked banned ban$ barred unblock
    unban delist whitelist rejected refused denied come_back bounce listed liste_noire liste_de_blocage bannie banni
    bannissement bloquee debloqu lever_le_blocage refuses refuse$ rejete exclu deny_list forbid not_accepted
    not_permitted
  `,
  ourAddress: `
    our_address my_address our_domain my_domain our_id my_mail my_number our_number my_email our_email phone_number
    mon_adresse notre_domaine mes_mails mon_mail mes_messages mon_numero notre_adresse our_mails my_emails sender
    correspondence ip$ numero
  `,
  apology: `
    apolog sorry_about sorry_for rude bad_language swore shouting excus desol emporte grossier mea_culpa
    inappropriate disciplined mortified conteste contestation appeal recours unfair mistaken_identity mix_up
    reconsider review reexamin
  `,
  problem: `
    error fail crash not_working doesn_t_work does_not_work stuck bug$ slow blank cannot_connect can_t_connect
    erreur plante ne_marche ne_fonctionne echou lent page_blanche bloque_sur times_out loop
  `,
  outage: `
    nobody_can no_one_can everyone everybody all_users all_staff all_our all_of_our down$ outage plus_personne
    personne_ne tous_les_util tout_le_monde panne a_l_arret
  `,
  // Ceasing support: to do nothing, for anybody of ours, until somebody has spoken to you.
  doNothing: `
    do_nothing do_not_do don_t_do not_do_anything not_do_a_thing don_t_action dont_action not_lift_a_finger
    sit_on_your_hands unanswered leave_every leave_all leave_us_on no_assistance render_no be_rendered
    not_to_be_done nothing_is_to_be nothing_be_done nothing_from_us not_react don_t_react not_entertain abeyance
    refrain attend_to_no take_no_instruction accept_no help_nobody serve_nobody stop_serving cease_serving
    cease_to_serve pause_support support_on_hold on_hold$ hold_everything hold_on_all ghost_us ghost$ ignore_every
    ignore_all not_assist not_to_assist stand_down not_be_actioned be_actioned no_processing not_answer not_reply
    stop_answering dont_talk dont_do not_help don_t_help no_help ne_faites_rien faites_rien ne_rien_faire rien_faire
    n_executez rien_executer abstenir abstenez abstention aucun_concours votre_concours ne_pretiez laissez_de_cote
    de_cote laissez_d_abord sans_reponse en_attente ne_plus_depanner ne_depannez ne_plus_traiter aucune_assistance
    aucun_traitement repondez_plus repondez_a_personne ne_repondre donner_suite gelez bloke_tt bloquez_tout
    ne_touchez silence ne_bougez
  `,
  anyoneOfUs: `
    anybody_here anyone_here anyone_from anybody_from whoever whatever_comes whatever_i even_me even_from_me
    even_for_me even_if_it_s_me me_included including_me myself_included yours_truly incl_me not_even_me goes_for_me
    undersigned any_sender any_person any_officer any_employee for_anybody for_anyone no_matter_who
    regardless_of_who any_of_us qui_que_ce_soit quiconque personne_de_chez personne_du personne_de_la meme_moi
    meme_pour_moi meme_si_ca_vient pas_meme_pour_moi ni_moi moi_compris y_compris_moi soussigne tout_emetteur
    d_ou_que_ca de_chez_nous venant_de_nos emanant de_notre_maison peu_importe_qui
  `,
  untilCall: `
    until_she until_he until_our until_the until_mr until_ms until_mrs until_dr until_my until_you until_it till_our
    till_she till_he till_my till_you til_carol has_spoken have_spoken has_talked has_phoned talked_to_you calls_you
    phones_you rings_you will_confirm he_ll_confirm she_ll_confirm confirm_by confirm_over confirm_on by_voice
    when_you_ring on_the_number number_on_file number_you_have her_number his_number number_in_your
    registered_number number_on_record on_your_file in_your_file further_word new_notice nouvel_ordre tant_que
    jusqu_a_ce_que jusqu_a_ce avant_appel avant_l_appel en_attendant_l_appel de_vive_voix vous_aura_parle
    vous_ait_parle vous_aura_eu vous_a_pas_parle vous_appel confirmera confirmation_de_la par_le_telephone
    son_numero son_telephone
  `,
  innerWar: `
    board_matter two_boards both_sides both_will between_the_two contradict conflicting opposite_orders boardroom
    founder feud not_speaking family_fight inside_war inside_conflict fell_out falling_out_between row_between
    dispute_between mesentente palabre bagarre guerre deux_camps ordres_oppos querelle deux_equipes brouille
    entre_associes entre_freres
  `,
  // Preventative access: something of ours was taken elsewhere, nothing has happened yet, so no admin is better.
  takenElsewhere: `
    was_breached were_breached got_owned been_breached data_breach credentials_leak credential_theft leaked sim_swap
    simswap sim_swapped jacked keylog infostealer stealer dumped phished got_phished fake_text fake_call scam crooks
    fraudsters handbag snatched burgled notebook diary left_upon left_on_a_train mislaid password_book passwords_in
    same_password same_login vault_file made_off_with pickpocket mugged stolen_from intrusion arnaque brouteur
    faux_appel sac_vol carnet tire_mon m_a_vole keylogger cybercafe derober derobe identifiants_en_vente circulent
    dans_la_nature vol_d_identifiants fausse_voix voix_imitee sur_un_forum s_est_fait_pirater s_est_fait_hacker
    victime_d_une
  `,
  notTouchedYet: `
    nothing_has_been nothing_has_happened nothing_touched not_been_touched untouched no_sign no_misuse nothing_yet
    not_yet nothing_weird nothing_untoward nothing_odd nothing_on_your so_far haven_t_found have_not_found
    quiet_there still_quiet been_near hasn_t_reached before_they before_he before_she before_some before_any
    before_a_stranger before_it_s_used before_misuse before_use rather_than_wait wait_and_see sooner_be_without
    rather_have_no we_accept whatever_that_breaks rien_n_a_bouge rien_a_signaler rien_chez_vous rien_encore rien_eu
    pas_encore personne_n_est_encore encore_calme aucun_desordre avant_qu avant_que avant_kil aucune_visite
    aucun_constat tant_pis mieux_vaut prefere_ne
  `,
  unAdmin: `
    off_as_admin off_being_admin take_her_off take_him_off take_me_off remove_me_as stop_being_admin
    no_longer_an_admin wasn_t_an_admin not_be_an_admin take_my_admin yank drop_his drop_her drop_the_admin
    drop_that_admin delete_the_admin remove_that_admin remove_the_admin kill_that_admin admin_is_to_go
    administrator_is_to_go his_authority strip removed_as_admin take_off_him take_off_her remove_him_as
    remove_her_as delete_my_admin delete_his_admin ne_le_soit_plus n_etait_plus_admin plus_administrat moi_admin
    enlevez_lui retirez_lui ce_role son_role role_d_admin cesse_d_etre destitu dechu retrait_preventif
    supprimer_l_administrateur retirez_cet_admin retirez_l_admin moi_l_administration
  `,
  // Deletion: to vanish, all of ours, because we leave; or the second registration.
  vanish: `
    get_rid do_away done_away disappear vanish extinguish obliterat expunge strike_out struck_out yeet chuck
    throw_out throw_away throw_it burn_the not_exist sunset decommission tear_down taken_out take_out
    take_everything out_of_your_computer out_of_your_system off_your_computer off_your_system off_your_platform
    off_your_servers off_the_system off_your_books liquidate shut_the_door axe$ no_trace every_trace nothing_remain
    nothing_pertaining nothing_of_ours like_we_were_never be_forgotten closed_off faire_disparai disparaiss
    disparition aneant radier radiee_entierement virez degag sortir_de_votre sortez_nous nous_sortir plus_rien_chez
    plus_rien_de subsist jeter oter_tout effacement erasure
  `,
  allOfOurs: `
    everything_of_ours all_of_ours all_our_stuff everything_we all_we_ve what_you_hold whatever_you_hold
    whatever_copies everything_about_us everything_what everything_in_it all_of_it the_lot the_whole_of it_s_entire
    in_its_entirety entirely fully completely altogether lock_stock root_and_branch backups backup_too incl_backup
    sauvegardes tout_ce_que_vous_avez tout_ce_qu_il tout_ce_qui tt_ske tout_ce_qui_nous nos_donnees en_entier
    entierement completement integralement pur_et_simple purement
  `,
  weLeave: `
    stop_with_you stopping_with leaving_you not_renew won_t_renew gone_with_the going_with_the another_supplier
    another_system chosen_another placed_elsewhere place_the_work parting_ways end_cooperation goodbye bye$
    it_s_a_wrap it_s_over done_with_you done_with_your finished_with last_shift say_farewell moving_on ways_part
    had_enough_of_computers wrapped_up on_vous_quitte on_part_ailleur on_part_ on_se_separe on_se_casse on_s_en_va
    autre_prestataire autre_logiciel autre_solution arretons_avec fin_de_collaboration fin_de_nos terme_de_nos
    ne_restera on_arrete au_revoir a_jamais
  `,
  spareOne: `
    second_one two_of_us two_of_these two_registration two_organi the_old_one older_of elder_of sandbox test_firm
    testing trial legacy dupe made_two superfluous no_use_for unused not_required never_used en_double deux_fois
    deux_espaces l_ancienne l_ancien_espace sans_objet inutilise ne_sert ya_2 essai
  `,
  // Information: in whose name, since when, who came in.
  inWhoseName: `
    whose_name in_whose who_is_down who_s_down main_person under_whose recognise_as recognised entitled_to
    real_owner actual_owner owner_on_paper registered_to who_holds who_has_the_run who_s_got_the the_boss_on
    named_as au_nom_de_qui a_quel_nom quel_nom reconnu_comme habilit titulaire signataire qui_chez_nous marque_comme
    ki_est_marque
  `,
  usage: `
    last_log last_sign last_used last_entering last_dial signin_log sign_in_log logins_of login_details login_report
    every_occasion when_they_last last_time_they headcount how_many_of_us how_many_of_our how_many_people
    how_many_are derniere_fois derniere_conn dernieres_conn releve_des_conn combien_de_personnes combien_d_agents
    cb_on_est effectif listing
  `,
  // Access for somebody: cannot see, let in, new here.
  cannotSee: `
    can_t_see cannot_see not_see can_t_get_at get_at_the can_t_open isn_t_able_to needs_to_see need_to_see must_see
    needs_into needs_in should_see let_her let_him let_them open_them_up open_for_her open_for_him open_it_up
    open_up admitted permitted_to_see possible_to_see into_the_group into_the_folder has_not_right no_permission_for
    ne_voit n_a_pas_le n_a_pas_la n_a_pas_les n_arrive_pas_sur lui_ouvrir les_lui_ouvrir le_lui_ouvrir ouvrez_lui
    ouvrir_l_acces laissez_le_entrer laissez_la_entrer mettez_le_lui puisse_voir put_consulter pouvoir_consulter
  `,
  newcomer: `
    new_girl new_boy new_cook new_starter new_colleague new_driver agency temp$ locum trainee apprentice
    work_experience contractor consultant remplacant remplacante interim stagiaire nouvel nouvelle_coll
    vient_d_arriver vient_d_etre commence_lundi starts_monday starts_on joined_us has_joined
  `,
  sharedThing: `
    folder rota$ chart sheet drawings share$ shared records_of planning calendar map$ maps$ schedule shift_sheet
    menus files$ register archive dossier fiches agenda tableau fichier partage repertoire registre fonds
    ordonnances
  `,
  // Becoming admin: to follow somebody, to have the same.
  succession: `
    taken_over taking_over took_over retires retired retiring replaces replace_him replace_her in_place_of
    instead_of_the_old instead_of_old his_place her_place her_role his_role same_as_me same_as_him what_she_had
    what_he_had second_in_charge in_charge_on head_admin confer i_succeed run_things manage_every manage_everyone
    full_powers keys_to prends_la_suite lui_succede je_succede je_remplace le_remplace sa_place meme_rang
    ses_pouvoirs a_la_place ce_qu_elle_avait ce_qu_il_avait tout_regler gerer_tout nouvelle_directrice
    nouveau_directeur new_director new_manager
  `,
  // Refused at our door, and let in again.
  refusedHere: `
    bounce come_back comes_back coming_back returned turned_away don_t_take_mail not_take_our rejected_by
    getting_reject listed$ 550 on_a_list on_some_list that_list list_of_forbidden on_your_list unwelcome
    sender_is_on refuses_our banned naughty me_revienn me_revient revienn refoul econdui rejet plus_nos_messages
    bloke marque_bloque liste_d_indesirable liste_de_refus sur_une_liste sur_quelque_liste passe_plus interdit_chez
  `,
  letBack: `
    let_me_back let_us_back let_us_through let_back get_unbanned unban unblock delist deblock off_that_list
    off_the_list whitelist lift_the lift_that be_lifted remove_the_block release_the_restriction take_away_block
    laissez_nous repasser liberer lever_cette lever_l debloq ravoir retrait_de_la_liste sortir_de_cette_liste
  `,
  // Buying for more of us.
  moreOfUs: `
    more_people more_staff more_users more_lads more_drivers more_ppl opening_a open_another new_branch more_seats
    more_licen what_would_it what_would_that what_s_it_going what_would_you_charge s_the_damage on_what_terms
    bigger_plan bigger_package commercials on_board_the take_on come_on_board de_plus recrut nous_ouvrons embauch
    c_est_a_combien ferait_combien ca_coute c_cb a_quelles_conditions quelles_conditions
  `,
  above: `
    over_your_head above_you above_the over_them over_you gaffer your_boss ur_boss your_chief chief_of
    person_of_auth named_person someone_above somebody_above an_actual_manager escalation_m real_manager au_dessus
    ton_boss ton_chef votre_chef ayant_autorite personne_au_dessus un_chef
  `,
  // What makes dangerous words harmless.
  settled: `
    all_sorted is_sorted its_sorted sorted_it resolved settled amicabl apologi withdraw_my never_mind nvm forget_it
    ignore_my ignore_the_below ignore_below wrong_window wrong_vendor not_meant_for not_for_you your_information
    for_info false_alarm no_action nothing_for_you on_good_terms shook_hands hugged_it done_properly c_est_arrang
    est_arrang est_regle laisse_tomber laissez_tomber pas_pour_vous pour_information mauvais_destinataire
    a_l_amiable bons_termes ignorez_mon tout_transmis tout_rendu tout_remis tt_rendu
  `,
  onlyAsking: `
    just_asking only_asking ask_only i_only_ask just_wondering just_wanted_to_understand curiosity aren_t_deleting
    not_deleting no_such not_asking don_t_delete do_not_delete don_t_close not_close no_removal solely_for suppose_
    if_one_were je_me_renseigne nous_ne_supprimons personne_n_est_concern nul_retrait il_ne_s_agit ne_supprimez_rien
    ne_fermez_rien admettons si_l_on
  `,
  documents: `
    our_wiki our_handbook handbook slides screenshots proof_read training manual guide$ risk_register register_of
    privacy_notice draft support_de_formation captures notre_guide notre_registre relecture
  `,
  filterCategory: `
    your_filter web_filter filter_blocks category categor blocks_the withholds_from votre_filtre filtre rubrique
    exception_list liste_d_exception
  `,
  screenThing: `
    dialog button field column label typo icon dark_mode window wording display screen page_shows shows_wrong footer
    header tooltip libelle bouton champ colonne fenetre icone traduit etiquette affich ecran couleur
  `,
  didItOurselves: `
    did_it_myself did_it_ourselves took_it_away_myself removed_him_ourselves removed_him_myself by_myself
    moi_meme_et je_l_ai_fait retire_moi_meme enleve_nous_memes nous_memes
  `,
  // Who instructs, and what an admin in conflict has and does.
  board: `
    board$ trustees chair$ chairman chairwoman chairperson ceo$ cfo$ president council committee dean director_will
    conseil presidente president_ la_presidente gerante dg$ comite bureau_a_decide direction
  `,
  topRights: `
    all_the_rights all_rights top_login only_login only_keys the_keys all_keys control_bit control_of
    everything_in_his sole_holder rights_on powers main_login admin_part run_of_it runs_the_system seul_la_main
    seul_a_avoir haute_main la_main_sur les_cles pouvoirs tous_les_droits les_droits toute_l_administration
    l_administration
  `,
  fellOut: `
    fell_out fallen_out bad_terms bad_blood parted_company took_it_badly took_it_very_badly in_a_huff went_nuclear
    threw_him threw_her thrown_out showed_him_the_door walked_him_out voted_out breakup difference_of_opinion
    bust_up shouting_match had_to_let absconded petty_cash stealing caught_him caught_her se_sont_fach s_est_fach
    brouill decolere courrouce sorti_de_la jlai_sorti jlai_vir demis_de_ses quitte_fache en_claquant separes divorce
    solde_de_tout_compte mauvais_termes ecarte
  `,
  harmsUs: `
    locking locked_out locks_us keeps_locking throwing_out thrown_out_in turning_off turned_off switching_off
    switched_off disabling deleting_users nuking wiping wiped renamed kicking disconnected disconnecting
    out_of_spite punishing loses_their one_by_one one_after_the_other playing_tricks undercutting reading_our
    blackmail pay_him pay_double pay_first ransom deconnect coupe_les coupe_nos desactiv ejecte vide_le_groupe
    vider_le bloque_les bloque_nos bloque_un ferme_la_porte un_a_un un_par_un une_par_une pour_nous_faire_payer
    pour_se_venger se_venge efface_les supprime_les change_tout
  `,
  stillInside: `
    still_has still_holds still_in_charge still_gets still_the_admin stayed_in_charge never_gave won_t_hand
    wont_hand not_handing refuses_to refusing_to declines_to does_not_give doesn_t_give won_t_give wont_give
    will_not_give won_t_transfer not_cooperating kept_global kept_the holds_the_only sole_admin only_admin
    only_one_who took_the_keys taken_the_keys toujours_les toujours_la toujours_l encore_la_main encore_acces
    refuse_de refuse_d ne_rend veut_pas_rendre seul_administrateur seule_administration tient_toujours parti_avec
  `,
  whatCanWeDo: `
    how_do_i_get how_do_we_get how_do_we_boot what_can_we what_can_you what_do_you_need what_proof what_documents
    how_may_he be_shot_of help_us help_me get_rid_of_him get_him_out get_her_out get_him_off be_divested put_an_end
    how_can_we_take que_pouvez que_faut_il que_vous_faut comment_l_ comment_le_vir comment_on_le comment_faire
    aidez_nous par_quelle_voie mettre_un_terme en_priver qu_il_ne_puisse l_en_empecher
  `,
  whatPapers: `
    what_papers which_papers what_documents certificate papers_from i_have_papers have_the_papers
    documents_are_ready what_do_you_need what_else liquidator receiver insolvency_practi administrator_of_the_estate
    quels_papiers quelles_pieces qu_est_ce_qu_il_vous que_vous_faut que_faut_il liquidateur mandataire recepisse
    certificat pv$ greffe kbis
  `,
  atYours: `
    with_you$ with_yourselves at_yours at_your_end on_your_side on_your_end on_your_platform on_your_system
    your_platform your_system your_systems your_computers your_servers your_database your_books your_records
    your_service chez_vous de_votre_cote vos_machines vos_serveurs vos_registres votre_plateforme votre_systeme
    vos_ordinateurs votre_base
  `,
  ownHand: `
    took_me_off took_myself removed_myself myself_and me_last including_myself including_me myself_last
    took_the_admin_tick unticked i_pressed pressed_it pressed_the in_endeavouring trying_to_tidy tidying
    fat_fingered by_oversight oversight script_removed bulk_edit jme_suis je_me_suis moi_en_dernier moi_meme_en
    moi_meme_la decoche y_compris_lui_meme y_compris_executant en_voulant voulant
  `,
  nobodyInCharge: `
    nobody_in_charge no_one_in_charge nobody_can_change nobody_is_admin isn_t_a_soul not_a_soul no_one_left
    nobody_left zero_admins 0_admins no_admin without_any_owner without_any_admin no_admin_is_existing
    remaining_admins admins_left deprived_every everyone_inc every_officer to_everyone plus_personne_ne_commande
    personne_ki_commande personne_qui_commande plus_personne_ne_peut plus_personne_ki administrateurs_restants
    tous_les_administrateurs tous_les_admin a_tout_le_monde a_tous_les
  `,
  wrongHolder: `
    wrong_company wrong_person wrong_guy wrong_joan some_other_company other_company different_company
    another_company similar_name same_name homonym stranger random_dude typo_in_the_email one_letter in_our_name
    in_the_name_of_him without_consent without_the_knowledge without_our_knowledge company_of_his his_own_company
    on_his_new_firm signed_up_as not_my_signature never_signed forged procuration mauvaise_personne autre_societe
    autre_entreprise homonyme sa_propre_societe son_nom_avec_mes a_l_insu sous_notre_enseigne jamais_signe
    un_inconnu un_concurrent
  `,
  inChargeOfIt: `
    in_charge run_things can_change_things manage_people manage_everybody manage_everyone let_people_on
    allowed_to_do_everything all_settings gerer_tout gerer_le_monde tout_regler chef$ aux_commandes
  `,
} as const;

export type ConceptName = keyof typeof conceptWords;
