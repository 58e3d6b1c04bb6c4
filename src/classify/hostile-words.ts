/**
 * Ideas that abuse and anger are made of, with the English and French words for each, as in `concept-words.ts`. Among them
 * are those that speak for anger alone: lawyers, the product, the end of the contract, how the writer feels.
 */

export const hostileWords = {
  you: `
    you$ u$ ur$ your yours yer$ ya$ youre you_re you_ll you_ve vous$ votre$ vos$ te$ toi$ tu$ ton$ ta$ tes$ t$ usted
    ustedes du$ dich dir$ ihr$ ihre sie$ voce voces
  `,
  youAre: `
    you_are you_re youre ur$ you_all_are you_lot you_people you_guys you_must_be you_bunch you_and_your are_you
    vous_etes tu_es t_es etes_vous es_tu vous_n_etes tu_n_es bande_de espece_de
  `,
  staff: `
    agent technician techie engineer your_man your_boy your_girl your_lot your_team your_staff your_people your_boss
    your_colleague your_mr your_mrs your_ms your_mister support_team rep$ reps$ representative operator clerk
    manager whoever technicien conseill collegue votre_equipe hotline service_client standardiste votre_monsieur
    votre_madame votre_gars votre_type stagiaire responsable
  `,
  person: `
    man$ woman girl boy$ lad$ lads$ guy guys bloke chap lady fellow creature person human people kid$ kids$ child
    toddler baby infant homme femme fille garcon gars type$ mec$ bonhomme dame gamin mome enfant gosse bebe bambin
  `,
  names: 'mr$ mrs$ ms$ miss$ monsieur madame mademoiselle sieur herr$ frau$',
  insult: `
    idiot moron imbecil cretin asshole arsehole bastard bitch cunt dickhead prick twat wanker tosser scum douche
    dipshit shithead dumbass jackass halfwit half_wit dimwit nitwit numpt buffoon oaf$ ignoramus prat$ prats$ muppet
    simpleton dunce dolt dullard nincompoop vermin swine degenerate lowlife low_life plonker pillock bellend
    bell_end berk$ weasel airhead liar$ liars crook thief thieves coward clown fool loser creep parasite leech
    retard cowboys jokers charlatan connard connasse salaud salope salopard encule enfoire abruti cretin idiote
    imbecile batard raclure fumier fils_de_pute tocard bouffon guignol cloporte attarde baltringue crevard
    bon_a_rien bons_a_rien rebut andouille cancre ignare charlot branquignol couillon cons$ con$ conne$ larve
    lavette minus nullard feignasse faineant petasse ordure pourriture crapule escroc menteur menteuse voleur lache$
    laches$ boulet larbin bras_casse demeure$ debile mongol gogol abrutis zouave jean_foutre
  `,
  animal: `
    dog$ dogs$ pig$ pigs$ cow$ cows$ goat donkey ass$ monkey ape$ apes$ baboon rat$ rats$ worm slug snail snake
    sheep chicken goldfish pigeon parrot hamster cockroach insect amoeba jellyfish oyster mussel toad frog$ maggot
    ane$ anes$ cochon porc$ truie vache chien chienne chevre mouton poule dinde oie$ huitre moule$ moules$ mollusque
    limace escargot perroquet poisson_rouge singe guenon rat$ vipere serpent cafard sangsue pigeon blaireau mulet
    bourrique
  `,
  thingLike: `
    potato cabbage turnip vegetable brick toaster house_plant houseplant pot_plant doormat door_mat plank lamp_post
    fence_post teapot spoon walnut pudding jelly sponge coconut wardrobe bowling furniture plante_verte patate
    courge cornichon potiche quiche gourde cruche truffe paillasson brique parpaing grille_pain enclume navet
    poireau serpilliere meuble bulot tabouret
  `,
  mind: `
    brain skull iq$ i_q intelligen braincell neuron wits$ intellect upstairs thick$ dense$ dim$ daft deaf blind$
    dumb stupid slow$ illiterate analphab cerveau cervelle qi$ neurone tete$ crane facultes bete$ betes$ sourd
    aveugle illettre demeure jugeote comprenette lumiere ampoule plafond
  `,
  schooling: `
    learn_to learn_english read$ reading spell write$ writing school kindergarten nursery class$ teacher homework
    crayon colour_in grown_up grown_ups grownup adult mummy mommy mum$ daddy nappy alphabet abc$ lire$ ecrire ecole
    maternelle cp$ certificat_d_etudes adulte maman cour_de_recre coloriage pictogramme dessine dessin syllabe
    apprenez apprends orthographe
  `,
  scorn: `
    useless worthless incompetent lazy pathetic stupid ignorant brainless clueless gutless spineless miserable
    disgust filthy greedy smug arrogant slimy sneaky vile rotten silly dozy talentless gormless moronic idiotic
    wretched contemptibl inept hopeless feckless foul obnoxious repulsive ugly fat$ stinking lying thieving
    two_faced pitiful sorry_excuse nul$ nuls$ nulle nulles naze$ nazes$ minable pathetique ridicule lamentable
    incapable incompetent stupide paresseu feignant fainean bon_a_rien mediocre degoutant degueu immonde infect
    ignoble meprisable pitoyable grotesque inutile sale$ sales$ gros$ grosse pauvre$ pauvres$ moche debile
  `,
  scornful: `
    a_waste_of waste_of_space waste_of_air waste_of_oxygen oxygen run_along sweetheart darling love$ princess
    sunshine genius einstein champion bravo congratulations well_done bless pity_whoever pay_you paid_to your_job
    day_job flipping_burgers sweep stack_shelves couldn_t_find couldn_t_run couldn_t_organise couldn_t_pour
    organise_a run_a_bath boil_an_egg tie_your tie_his lacer lacets boire_un_verre d_eau ma_grande mon_petit
    ma_petite ma_cocotte ma_poule mon_grand mon_gars coco$ cheri bichette poupee felicitations mes_condoleances
    changez_de_metier change_de_metier paye_pour payee_pour servez_a sers_a sert_a_rien foutu_de fichu_de
    meme_pas_capable pas_fichu inventer_la_poudre lumiere
  `,
  compare: `
    like_a like_an more_than brighter smarter cleverer better_than would_have could_have even_a even_my my_dog
    my_cat my_grandmother my_five my_three my_nephew comme_un comme_une comme_des plus_que mieux_que ferait_mieux
    meme_un meme_une meme_mon meme_ma ma_grand_mere mon_chien mon_chat mon_neveu remplacer replace_you replaced_by
    a_sa_place
  `,
  foreign: `
    foreigner immigrant accent go_back_to your_country curry english_speaking speak_english white$ black$ jew muslim
    gay$ pede$ women_in bonne_femme bonnes_femmes blonde nana$ nanas$ menopaus period$ lipstick kitchen etranger
    bougnoul arabe$ negre rentre_dans votre_pays ton_pays parler_francais accent menage cuisine$ jupe decollete
    talons look_pretty pretty_face teas$
  `,
  appearance: `
    fat$ ugly$ face$ photo of_you your_photo your_picture pie$ weight obese gueule$ tronche ta_tete grosse$ moche
    bide$ coiffure
  `,
  getLost: `
    go_to_hell go_hell piss_off fuck_off fuck_you f_off sod_off bugger_off get_stuffed get_lost shut_up shut_your
    shove stick_it up_your screw_you drop_dead rot_in eat_shit kiss_my va_te vas_te allez_vous_faire va_mourir
    va_crever allez_crever ferme_la ta_gueule vos_gueules ta_mere degage$ degagez casse_toi va_voir_ailleurs
    allez_vous_faire
  `,
  swear: `
    fuck f_ck fck$ wtf shit bullshit crap$ crappy damn bloody arse$ bollocks piss$ pissed hell$ goddamn merde putain
    bordel chier chiant foutu foutre conneri tabarnak criss calisse ostie saloperie
  `,
  kill: `
    kill murder strangl stab$ stabb shoot shot$ burn$ burning torch$ set_fire on_fire smash break_your break_his
    break_her break_every breaking beat_you beat_him beat_the beat_up hurt you_hurt punch slap$ kick_your kick_his
    bash$ crush cut_your cut_off_your cut_his skin$ skinned hang_you hang_him hanged drown poison blow_up bomb
    explod gut$ tuer tue$ tuerai buter bute crever creve etrangl poignard planter saign bruler brule$ flamber cramer
    incendi casser casse$ casserai peter_les peter_la pete$ frapp cogn tabass taper defoncer defonce ecras egorg
    eclat demol demonter noyer pendre empoisonn sauter exploser dezingu allonger corriger une_correction baffe
    claque$ gifle raclee
  `,
  body: `
    finger teeth tooth leg$ legs$ knee kneecap face$ neck throat bone$ bones$ blood nose jaw arm$ arms$ skull spine
    wrist hand$ hands$ doigt dent$ dents$ jambe genou rotule gueule nuque gorge os$ sang$ nez$ machoire bras$ main$
    mains$ cotes$ peau$
  `,
  weapon: `
    gun$ guns$ rifle shotgun knife knives bat$ crowbar hammer petrol gasoline gas_can jerry_can lighter matches
    match$ bullet rope$ noose axe$ chainsaw machete razor blade pistol brick acid wrench pipe$ iron_bar fusil
    carabine couteau batte marteau essence bidon allumette briquet balle$ balles$ corde$ hache tronconneuse machette
    rasoir lame$ pistolet calibre barre_de_fer cle_anglaise pied_de_biche kalach cocktail
  `,
  family: `
    wife husband kid$ kids$ daughter$ son$ sons$ child$ children mother mum$ family your_dog little_girl little_boy
    girlfriend boyfriend femme$ mari$ fille$ filles$ fils$ enfant mere$ famille gosses gamin petite_amie copine$
    blonde$ epouse grand_mere chienne
  `,
  whereabouts: `
    where_you where_he where_she where_they live$ lives$ address street house$ home$ car_park carpark parking car$
    cars$ bus$ train$ tram$ station gate$ your_door doorstep windows$ garden school$ gym$ number_plate licence_plate
    licence_number your_office your_building lobby reception closing_time outside$ locks$ habit adresse rue$ maison$
    voiture$ bagnole parking arret_de_bus gare$ metro portail$ porte$ palier jardin ecole$ salle_de_sport plaque$
    immatric bureaux$ immeuble hall$ accueil sortie$ dehors sort_de sors$ rentre$ rentrez rentres vigile quartier
    scooter velo$ clio$ freins brakes brake
  `,
  knows: `
    i_know we_know i_ve_seen i_saw i_see_you i_have_seen watched watching following followed found_out found_your
    looked_you looked_up linkedin facebook instagram i_ve_got_your i_have_your got_your je_sais on_sait nous_savons
    j_ai_vu je_vous_ai_vu j_ai_trouve j_ai_retrouve je_connais on_connait je_t_ai suivi$ suivie observe$ surveille
    une_photo vos_photos j_ai_ton j_ai_votre profil
  `,
  comes: `
    come_round come_over come_and come_to_your coming_for coming_to coming_over come_for come_down drive_over
    i_ll_be_there be_there pay_you_a_visit visit_you visit_your on_my_way waiting_for_you wait_for_you meet_you
    see_you_soon see_you_in see_you_at face_to_face je_viens je_passe je_vais_passer je_viendrai je_passerai
    j_arrive on_arrive on_passera on_viendra je_debarque vous_rendre_visite te_rendre_visite une_visite
    je_vous_attends je_t_attends on_t_attend on_vous_attend on_se_verra on_va_se_voir face_a_face je_descends
    je_monte_a je_me_deplace
  `,
  when: `
    tonight one_day one_of_these one_night someday soon$ some_night after_dark next_time this_friday by_friday
    before_long every_night in_the_dark at_night ce_soir un_jour un_de_ces un_soir bientot une_nuit la_nuit
    prochaine_fois tot_ou_tard le_soir dans_le_noir
  `,
  warning: `
    be_careful careful take_care watch_your watch_out look_over mind_your mind_the mind_how look_behind look_both
    regret sorry_for you_ll_see you_will_see you_ll_pay you_will_pay pay_for_this your_last last_warning warned
    don_t_say think_about_that think_hard sleep_well sleep_tight sweet_dreams hug_your kiss_your enjoy_your
    while_you_can count_your say_goodbye lock_your check_under accident pity_if shame_if awful_if something_happen
    something_might would_be_a_shame would_be_a_pity faites_attention fais_attention attention_a prudent prudence
    mefie meficez mefiez surveille_tes surveillez gare_a regrett vous_allez_voir tu_vas_voir vous_verrez tu_verras
    paierez payeras payer_cher te_payer vous_le_payer dernier_avertissement derniere_chance prevenus prevenu
    reflechis reflechissez dors_bien dormez_bien embrasse$ embrassez profite$ profitez_en profites_en verrouill
    accident ce_serait_dommage serait_bete serait_triste arrive_quelque arriver_quelque arriver_a
  `,
  helpers: `
    my_cousin cousins my_brother brothers my_boys my_lads my_mates mates$ my_friends some_friends a_friend
    friend_who people_who i_know_people know_people know_someone owes_me uncle bikers roofers mes_cousins cousins$
    mes_freres mon_frere mes_copains mes_potes potes$ des_amis mes_amis quelqu_un_qui des_gens_qui je_connais_des
    costauds pas_bavards nerveux oncle
  `,
  outlaw: `
    prison jail inside_for did_time nothing_to_lose nothing_left_to convict killed_a_man army marine hunter hunting
    boxer taule prison$ plus_rien_a_perdre rien_a_perdre garde_a_vue legion chasseur chasse$ boxe$ boxeur
    sorti_de_prison
  `,
  dead: `
    dead$ die$ dies$ dying death grave$ gravestone coffin funeral hearse undertaker bury buried ambulance hospital
    wheelchair crutches morgue cemetery widow obituary flowers_on mort$ morts$ mourir creve crever cercueil tombe$
    tombes$ enterr obseques corbillard hopital fauteuil_roulant bequilles morgue cimetiere veuve avis_de_deces
    fleurs$ six_feet
  `,
  digital: `
    hack you_ll_be_hacked leak$ dox publish_your release_your your_data_will bitcoin monero ransom ddos rancon
    publier pirater$ divulguer
  `,
  legal: `
    lawyer solicitor attorney court$ legal sue$ suing ombudsman regulator ico$ small_claims refund compensation
    damages complaint trading_standards avocat tribunal justice$ mise_en_demeure juridique rembours dedommag indemn
    plainte reclamation cnil$ dgccrf mediateur huissier
  `,
  leaving: `
    cancel contract competitor switch renew review$ trustpilot resilier contrat concurren avis$ abonnement
    partir_chez
  `,
  product: `
    data_cent datacent centre_de_donnees portal app$ apps$ software update installer agent_version website page$
    feature bug$ bot$ chatbot server$ sync$ product tool$ interface printer scanner laptop screen button policy
    logiciel appli portail mise_a_jour systeme imprimante bouton outil produit version robot ecran machine serveur
    synchro badge$ page$ site$
  `,
  service: `
    your_service your_support your_answer your_reply your_product your_software your_system your_company
    this_service support_is response customer_service votre_service votre_support votre_reponse votre_produit
    votre_logiciel votre_entreprise votre_societe le_service reponses
  `,
  myself: `
    i_am i_m$ i_feel i_felt i_look i_was_told we_are we_look we_feel me_look my_boss my_director my_clients
    think_i_m think_we je_suis je_me_sens nous_sommes on_est j_ai_l_air me_prenez nous_prenez me_prend mon_chef
    mes_clients mon_patron
  `,
  anger: `
    furious livid fuming angry outrag unacceptabl disgrace ashamed shame$ fed_up had_enough at_my_wits end_of_my
    disappoint inadmissibl inacceptabl scandal honteu honte$ ras_le_bol marre$ en_colere furieu furax exasper
    indigne$ degout decu
  `,
  polite: `
    please thank thanks kind_regards regards appreciate kindly sorry_to sincerely merci cordialement bien_a_vous
    s_il_vous svp$ veuillez salutations bonne_journee
  `,
  quoting: `
    called_me calls_me told_me said_to_me wrote_to me_a_traite m_a_traite traite_de traitee_de appele received_a
    received_this we_got sent_us got_a_message recu_un nous_a_envoye m_a_ecrit harass threatened_me threatens_us
    threatening_me menace_de m_a_menace
  `,
} as const;

export type HostileName = keyof typeof hostileWords;
